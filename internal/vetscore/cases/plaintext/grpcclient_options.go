// By way of a list of options.
//
// Evidence: peers: grpc-client-insecure-connection.

package plaintext

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func dialOptions() (*grpc.ClientConn, error) {
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()), // BAD plaintext.grpcclient @a
		grpc.WithUserAgent("cases"),
	}
	return grpc.NewClient("orders.example.com:9000", options...) // BAD plaintext.grpcclient @a
}
