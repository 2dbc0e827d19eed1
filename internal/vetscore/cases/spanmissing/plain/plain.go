// Nothing of the package knows OpenTelemetry.
//
// Evidence: rule.

// Package plain has a server and a client in a package that uses no OpenTelemetry.
package plain

import (
	"context"
	"net/http"
	"time"
)

// Run serves until it fails.
func Run(ctx context.Context, addr, cert, key string) error {
	resp, err := http.DefaultClient.Do((&http.Request{Method: http.MethodGet}).WithContext(ctx)) // GOOD: not instrumented at all
	if err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/orders", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	srv := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: time.Second} // GOOD: not instrumented at all
	return srv.ListenAndServeTLS(cert, key)
}
