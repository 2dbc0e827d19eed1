// Insecure credentials, in so many words, on an address for all.
//
// Evidence: peers: grpc-server-insecure-connection.

package plaintext

import (
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

func grpcExplicit() error {
	l, err := net.Listen("tcp", ":9000")
	if err != nil {
		return err
	}
	srv := grpc.NewServer(grpc.Creds(insecure.NewCredentials())) // BAD plaintext.grpcserver @a
	healthpb.RegisterHealthServer(srv, &orders{})
	return srv.Serve(l) // BAD plaintext.grpcserver @a
}
