// The port is an int by the conventions.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func typePort(span trace.Span, port string) {
	span.SetAttributes(
		attribute.String("server.address", "db.internal"),
		attribute.String("server.port", port), // BAD semconvkey.type
	)
}
