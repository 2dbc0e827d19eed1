// Package metricsonly has nothing but profiles on the default mux.
package metricsonly

import (
	"net/http"
	_ "net/http/pprof"
)

func init() {
	http.DefaultServeMux.Handle("/debug/orders", http.NotFoundHandler())
}

func serve() error { return http.ListenAndServe(":6060", nil) }
