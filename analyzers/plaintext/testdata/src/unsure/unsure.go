// Package unsure has what may well be meant.
package unsure

import (
	"net"
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

func rpc(port string) error {
	l, err := net.Listen("tcp", ":"+port)
	if err != nil {
		return err
	}
	return grpc.NewServer().Serve(l) // want `the gRPC server has no credentials`
}

func client(other grpc.DialOption) {
	_, _ = grpc.NewClient("orders.example.org:443", other, grpc.WithTransportCredentials(insecure.NewCredentials())) // want `the gRPC client speaks plaintext`
}
