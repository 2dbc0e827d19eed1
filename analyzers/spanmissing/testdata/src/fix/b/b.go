package b

import (
	"net/http"

	"fix/a"
)

var _ = a.Used

// The package does not import otelhttp itself.
func Serve() error {
	return http.ListenAndServe(":80", http.NotFoundHandler()) // want `not instrumented`
}
