// otelhttp wraps the mux.
//
// Evidence: rule.

// Package goodotelhttp has an instrumented server.
package goodotelhttp

import (
	"net/http"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

// Run serves until it fails.
func Run(addr, cert, key string) error {
	mux := http.NewServeMux()
	mux.HandleFunc("/orders", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	srv := &http.Server{Addr: addr, ReadHeaderTimeout: time.Second}
	srv.Handler = http.MaxBytesHandler(otelhttp.NewHandler(mux, "orders"), 1<<20) // GOOD: instrumented
	return srv.ListenAndServeTLS(cert, key)
}
