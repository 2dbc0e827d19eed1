// Insecure credentials to a service of the network.
//
// Evidence: peers: grpc-client-insecure-connection.

package plaintext

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func dialDNS() (*grpc.ClientConn, error) {
	return grpc.NewClient("dns:///orders.shop.svc.cluster.local:9000", grpc.WithTransportCredentials(insecure.NewCredentials())) // BAD plaintext.grpcclient
}
