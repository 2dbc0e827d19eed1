// All options are known and none has credentials.
//
// Evidence: peers: grpc-server-insecure-connection.

package plaintext

import (
	"net"
	"time"

	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
)

func grpcOptions() error {
	l, err := net.Listen("tcp", "0.0.0.0:9000")
	if err != nil {
		return err
	}
	options := []grpc.ServerOption{grpc.MaxRecvMsgSize(1 << 20)}
	options = append(options, grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionAge: time.Hour}))
	srv := grpc.NewServer(options...) // BAD plaintext.grpcserver @a
	healthpb.RegisterHealthServer(srv, &orders{})
	return srv.Serve(l) // BAD plaintext.grpcserver @a
}
