// Credentials among the options.
//
// Evidence: rule.

package plaintext

import (
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

func goodCreds(creds credentials.TransportCredentials) error {
	l, err := net.Listen("tcp", ":9000")
	if err != nil {
		return err
	}
	options := []grpc.ServerOption{grpc.MaxRecvMsgSize(1 << 20)}
	options = append(options, grpc.Creds(creds))
	return grpc.NewServer(options...).Serve(l) // GOOD: credentials
}
