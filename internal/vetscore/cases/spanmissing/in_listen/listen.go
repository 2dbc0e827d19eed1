// http.ListenAndServeTLS with a bare mux.
//
// Evidence: inbound.

// Package inlisten has a server of the standard library's function.
package inlisten

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("example.com/cases/inlisten")

// Run serves until it fails.
func Run(cert, key string) error {
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir("public")))
	return http.ListenAndServeTLS(":8443", cert, key, mux) // BAD spanmissing.inbound
}

// Reload is traced.
func Reload(ctx context.Context) error {
	_, span := tracer.Start(ctx, "reload")
	defer span.End()
	return ctx.Err()
}
