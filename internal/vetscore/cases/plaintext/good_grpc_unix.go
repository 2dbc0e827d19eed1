// A gRPC server on a unix socket.
//
// Evidence: look-alike: unix sockets.

package plaintext

import (
	"net"

	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

func goodPlugin(file string) error {
	l, err := net.Listen("unix", file)
	if err != nil {
		return err
	}
	srv := grpc.NewServer() // GOOD: a socket of the machine
	healthpb.RegisterHealthServer(srv, &orders{})
	return srv.Serve(l)
}
