// Package perrequest makes sources for requests.
package perrequest

import (
	"context"
	"net/http"

	"connectrpc.com/connect"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
	"google.golang.org/grpc"
	"identity"
)

func handle(w http.ResponseWriter, r *http.Request) {
	source, err := workloadapi.NewX509Source(r.Context()) // want `workloadapi.NewX509Source makes a connection to the Workload API for each request`
	if err != nil {
		return
	}
	defer source.Close()
}

func mux() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		source, err := identity.New(r.Context()) // want `identity.New makes a connection to the Workload API for each request`
		if err != nil {
			return
		}
		defer source.Close()
	})
	return m
}

type UnimplementedGreeterServer struct{}

type greeter struct{ UnimplementedGreeterServer }

type message struct{}

func (g *greeter) Hello(ctx context.Context, in *message) (*message, error) {
	c, err := workloadapi.New(ctx) // want `workloadapi.New makes a connection to the Workload API for each call`
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return in, nil
}

func (g *greeter) start(ctx context.Context) error {
	c, err := workloadapi.New(ctx)
	if err != nil {
		return err
	}
	return c.Close()
}

func unary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	source, err := workloadapi.NewX509Source(ctx) // want `workloadapi.NewX509Source makes a connection to the Workload API for each request`
	if err != nil {
		return nil, err
	}
	defer source.Close()
	return next(ctx, req)
}

func interceptor() grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
		source, err := workloadapi.NewX509Source(stream.Context()) // want `workloadapi.NewX509Source makes a connection to the Workload API for each request`
		if err != nil {
			return err
		}
		defer source.Close()
		return next(srv, stream)
	}
}

func procedure(ctx context.Context, req *connect.Request[message]) (*connect.Response[message], error) {
	source, err := workloadapi.NewX509Source(ctx) // want `workloadapi.NewX509Source makes a connection to the Workload API for each request`
	if err != nil {
		return nil, err
	}
	return nil, source.Close()
}

// The interceptor is made once, with its source.
func once(ctx context.Context) (grpc.UnaryServerInterceptor, func() error, error) {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return nil, nil, err
	}
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if _, err := source.GetX509SVID(); err != nil {
			return nil, err
		}
		return next(ctx, req)
	}, source.Close, nil
}

// A client's interceptor dials by hand.
func invoke(ctx context.Context, method string, _ *grpc.ClientConn) error {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return err
	}
	return source.Close()
}

var kept *workloadapi.X509Source

func keeps(w http.ResponseWriter, r *http.Request) {
	if kept == nil {
		source, err := workloadapi.NewX509Source(context.Background())
		if err != nil {
			return
		}
		kept = source
	}
}
