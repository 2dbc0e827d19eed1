// Package unsure has what may well be meant.
package unsure

import (
	"net/http"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func portUnknown(h http.Handler) error {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	return http.ListenAndServe(":"+port, h) // want `the server speaks plaintext`
}

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

func client(other grpc.DialOption) {
	_, _ = grpc.NewClient("orders.example.org:443", other, grpc.WithTransportCredentials(insecure.NewCredentials())) // want `the gRPC client speaks plaintext`
}
