// Probes alone.
//
// Evidence: inbound look-alike: health listeners.

// Package goodhealth has a server for probes.
package goodhealth

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("example.com/cases/goodhealth")

// Probes serves until it fails.
func Probes(ctx context.Context, cert, key string) error {
	_, span := tracer.Start(ctx, "probes")
	span.End()
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	srv := &http.Server{Addr: ":8081", Handler: mux, ReadHeaderTimeout: time.Second} // GOOD: spans of probes are noise
	return srv.ListenAndServeTLS(cert, key)
}
