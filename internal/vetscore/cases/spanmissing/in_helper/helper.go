// The handler comes from a function of the same package that wraps it, and not in a span.
//
// Evidence: inbound; dapr's control plane.

// Package inhelper has a server whose handler is wrapped in what is no instrumentation.
package inhelper

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("example.com/cases/inhelper")

func limited(next http.Handler) http.Handler {
	return http.MaxBytesHandler(next, 1<<20)
}

func routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/state", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return mux
}

// Run serves until it fails.
func Run(ctx context.Context, addr, cert, key string) error {
	_, span := tracer.Start(ctx, "start")
	span.End()
	srv := &http.Server{Addr: addr, Handler: limited(routes()), ReadHeaderTimeout: time.Second} // BAD spanmissing.inbound @a
	return srv.ListenAndServeTLS(cert, key)                                                     // BAD spanmissing.inbound @a
}
