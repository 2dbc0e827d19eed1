// Package rpc speaks gRPC in plaintext.
package rpc

import (
	"context"
	"fmt"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func serve() error {
	l, err := net.Listen("tcp", ":8443")
	if err != nil {
		return err
	}
	s := grpc.NewServer(grpc.MaxRecvMsgSize(1 << 20)) // want `the gRPC server has no credentials`
	return s.Serve(l)
}

const (
	host = "orders.example.org"
	port = 8443
)

func clients(ctx context.Context) {
	_, _ = grpc.NewClient("orders.example.org:443", grpc.WithTransportCredentials(insecure.NewCredentials()))     // want `the gRPC client speaks plaintext`
	_, _ = grpc.NewClient("dns:///orders:443", grpc.WithTransportCredentials(insecure.NewCredentials()))          // want `the gRPC client speaks plaintext with another machine`
	_, _ = grpc.Dial(fmt.Sprintf("%s:%d", host, port), grpc.WithInsecure())                                       // want `the gRPC client speaks plaintext`
	_, _ = grpc.DialContext(ctx, "10.0.0.1:443", grpc.WithBlock(), grpc.WithInsecure())                           // want `the gRPC client speaks plaintext`
	_, _ = grpc.NewClient("orders.example.org:443", grpc.WithCredentialsBundle(insecure.NewBundle()))             // want `the gRPC client speaks plaintext`

	creds := insecure.NewCredentials()
	opts := []grpc.DialOption{grpc.WithTransportCredentials(creds)}
	target := "orders.example.org:443"
	_, _ = grpc.NewClient(target, opts...) // want `the gRPC client speaks plaintext`
}
