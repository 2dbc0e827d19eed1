// Package rpcquiet has gRPC servers and clients that speak TLS, or stay on the machine.
package rpcquiet

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

func encrypted(config *tls.Config) {
	_ = grpc.NewServer(grpc.Creds(credentials.NewTLS(config)))
	opts := []grpc.ServerOption{grpc.MaxRecvMsgSize(1 << 20)}
	opts = append(opts, grpc.Creds(credentials.NewTLS(config)))
	_ = grpc.NewServer(opts...)
}

func unknown(opts []grpc.ServerOption, o grpc.ServerOption) {
	_ = grpc.NewServer(opts...)
	_ = grpc.NewServer(o)
	_ = grpc.NewServer(append([]grpc.ServerOption{grpc.MaxRecvMsgSize(1)}, opts...)...)
	_ = grpc.NewServer(credentialsOption())
	list := make([]grpc.ServerOption, 0, 2)
	list = append(list, o)
	_ = grpc.NewServer(list...)
	var filled []grpc.ServerOption
	fill(&filled)
	_ = grpc.NewServer(filled...)
}

func fill(*[]grpc.ServerOption) {}

func credentialsOption() grpc.ServerOption { return nil }

func onTheMachine() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := grpc.NewServer()
	return s.Serve(l)
}

func socket() error {
	l, err := net.Listen("unix", "/run/agent.sock")
	if err != nil {
		return err
	}
	return grpc.NewServer().Serve(l)
}

// Listener is one in memory, as bufconn's.
type Listener struct{ net.Listener }

func inMemory(l *Listener) error {
	s := grpc.NewServer()
	return s.Serve(l)
}

// below has TLS below gRPC.
func below(config *tls.Config) error {
	l, err := tls.Listen("tcp", ":8443", config)
	if err != nil {
		return err
	}
	return grpc.NewServer().Serve(l)
}

func clients(target string, config *tls.Config, creds credentials.TransportCredentials) {
	plain := grpc.WithTransportCredentials(insecure.NewCredentials())
	_, _ = grpc.NewClient(target, plain)
	_, _ = grpc.NewClient("localhost:4317", plain)
	_, _ = grpc.NewClient("127.0.0.1:4317", plain)
	_, _ = grpc.NewClient("dns:///localhost:4317", plain)
	_, _ = grpc.NewClient("[::1]:4317", plain)
	_, _ = grpc.NewClient(":4317", plain)
	_, _ = grpc.NewClient("unix:///run/agent.sock", plain)
	_, _ = grpc.NewClient("unix-abstract:agent", plain)
	_, _ = grpc.NewClient("bufnet", plain)
	_, _ = grpc.NewClient("passthrough:///bufnet", plain)
	_, _ = grpc.NewClient("xds:///orders", plain)
	_, _ = grpc.NewClient(fmt.Sprintf("%s:%d", os.Getenv("HOST"), 443), plain)
	_, _ = grpc.NewClient("orders.example.org:443", grpc.WithTransportCredentials(credentials.NewTLS(config)))
	_, _ = grpc.NewClient("orders.example.org:443", grpc.WithTransportCredentials(creds))
	_, _ = grpc.NewClient("orders.example.org:443", plain, grpc.WithTransportCredentials(creds))
	_, _ = grpc.NewClient("orders.example.org:443", plain, grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) {
		return nil, nil
	}))
}

func optional(config *tls.Config) {
	creds := insecure.NewCredentials()
	if config != nil {
		creds = credentials.NewTLS(config)
	}
	_, _ = grpc.NewClient("orders.example.org:443", grpc.WithTransportCredentials(creds))
}

// Lists that are made of one another have an end.
func cyclic(more []grpc.ServerOption) *grpc.Server {
	options := []grpc.ServerOption{}
	others := more
	for range 2 {
		options = append(options, others...)
		others = append(others, options...)
	}
	return grpc.NewServer(append(options, options...)...)
}

func choice(tlsOn bool, config *tls.Config) *grpc.Server {
	if tlsOn {
		return grpc.NewServer(grpc.Creds(credentials.NewTLS(config)))
	}
	return grpc.NewServer()
}

func dialInsecure(insecureConn bool) {
	if insecureConn {
		_, _ = grpc.NewClient("orders.example.org:443", grpc.WithTransportCredentials(insecure.NewCredentials()))
	}
}
