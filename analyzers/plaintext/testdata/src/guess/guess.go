// Package guess has servers whose listeners are elsewhere.
package guess

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func bare() *grpc.Server {
	return grpc.NewServer() // want `the gRPC server has no credentials`
}

func list(log grpc.UnaryServerInterceptor) {
	opts := []grpc.ServerOption{grpc.UnaryInterceptor(log)}
	if log != nil {
		opts = append(opts, grpc.MaxRecvMsgSize(1<<20))
	}
	_ = grpc.NewServer(opts...) // want `the gRPC server has no credentials`
	var more []grpc.ServerOption
	more = append(more, opts...)
	_ = grpc.NewServer(more...) // want `the gRPC server has no credentials`
}

func said() {
	_ = grpc.NewServer(grpc.Creds(insecure.NewCredentials())) // want `the gRPC server has no credentials`
}

