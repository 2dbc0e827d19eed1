// Profiles on the loopback.
//
// Evidence: inbound look-alike: debug listeners.

// Package gooddebug has a debug server.
package gooddebug

import (
	"context"
	"net/http"
	"net/http/pprof"
	"time"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("example.com/cases/gooddebug")

// Debug serves profiles until it fails.
func Debug(ctx context.Context) error {
	_, span := tracer.Start(ctx, "debug")
	span.End()
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	srv := &http.Server{Addr: "127.0.0.1:6060", Handler: mux, ReadHeaderTimeout: time.Second} // GOOD: loopback, for people
	return srv.ListenAndServe()
}
