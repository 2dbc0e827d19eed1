// A server whose handler nobody wraps, in a program that exports spans.
//
// Evidence: inbound; dapr's control plane.

// Package inserver has a server without instrumentation.
package inserver

import (
	"net/http"
	"time"

	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Run serves until it fails.
func Run(addr, cert, key string) error {
	otel.SetTracerProvider(sdktrace.NewTracerProvider())
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", order)
	srv := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: time.Second} // BAD spanmissing.inbound @a
	return srv.ListenAndServeTLS(cert, key)                                       // BAD spanmissing.inbound @a
}

func order(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.PathValue("id"))) }
