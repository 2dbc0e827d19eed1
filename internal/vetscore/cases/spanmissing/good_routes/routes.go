// The routes are wrapped one by one, by a helper.
//
// Evidence: inbound look-alike: distribution's registry.go.

// Package goodroutes has instrumented routes.
package goodroutes

import (
	"net/http"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

func handle(mux *http.ServeMux, pattern string, f http.HandlerFunc) {
	mux.Handle(pattern, otelhttp.NewHandler(f, pattern))
}

// Run serves until it fails.
func Run(addr, cert, key string) error {
	mux := http.NewServeMux()
	handle(mux, "GET /v2/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	srv := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: time.Second} // GOOD: each route is
	return srv.ListenAndServeTLS(cert, key)
}
