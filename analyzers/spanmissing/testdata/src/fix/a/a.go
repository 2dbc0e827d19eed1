package a

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

func Used(creds credentials.TransportCredentials) (*grpc.ClientConn, error) {
	_ = otelhttp.DefaultClient
	return grpc.NewClient("x", grpc.WithStatsHandler(otelgrpc.NewClientHandler()))
}

func handlers() error {
	mux := http.NewServeMux()
	srv := &http.Server{Handler: mux} // want `not instrumented`
	_ = srv.ListenAndServe()
	http.Handle("/", mux)
	_ = http.ListenAndServe(":80", nil)                  // want `not instrumented`
	return http.ListenAndServe(":80", http.StripPrefix("/", mux)) // want `not instrumented`
}

func clients(ctx context.Context) {
	_ = http.Client{} // want `not instrumented`
	_ = &http.Client{Timeout: 1} // want `not instrumented`
	_ = &http.Client{ // want `not instrumented`
		Timeout: time.Second,
	}
	_ = &http.Client{Transport: &http.Transport{}} // want `not instrumented`
	_ = &http.Client{Transport: nil}               // want `not instrumented`
}

func servers(creds credentials.TransportCredentials) {
	_ = grpc.NewServer() // want `not instrumented`
	_ = grpc.NewServer(grpc.Creds(creds)) // want `not instrumented`
	_ = grpc.NewServer( // want `not instrumented`
		grpc.Creds(creds),
		grpc.MaxRecvMsgSize(1),
	)
	options := []grpc.ServerOption{grpc.Creds(creds)}
	_ = grpc.NewServer(options...) // want `not instrumented`
}

func conns(ctx context.Context, creds credentials.TransportCredentials) {
	_, _ = grpc.NewClient("x") // want `not instrumented`
	_, _ = grpc.NewClient("x", grpc.WithTransportCredentials(creds)) // want `not instrumented`
	_, _ = grpc.NewClient( // want `not instrumented`
		"x",
		grpc.WithTransportCredentials(creds),
	)
	_, _ = grpc.DialContext(ctx, "x", grpc.WithBlock()) // want `not instrumented`
}
