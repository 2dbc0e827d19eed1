// No options at all.
//
// Evidence: peers: grpc-server-insecure-connection.

package plaintext

import (
	"net"

	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

func grpcNone() error {
	l, err := net.Listen("tcp", ":9000")
	if err != nil {
		return err
	}
	srv := grpc.NewServer() // BAD plaintext.grpcserver @a
	healthpb.RegisterHealthServer(srv, &orders{})
	return srv.Serve(l) // BAD plaintext.grpcserver @a
}
