// Package foreign uses keys of another package.
package foreign

import (
	"keys"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func set(span trace.Span, method string, code int) {
	span.SetAttributes(
		attribute.String(keys.Method, method), // want `"http.method" was renamed to "http.request.method"`
		keys.Status.Int(code),                 // want `"http.status_code" was renamed`
		attribute.String(keys.Tenant, method),
	)
	span.SetAttributes(attribute.String(keys.Method, method))
}
