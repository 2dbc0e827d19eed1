// A semconv key with a value of its type.
//
// Evidence: rule.

package semconvkey

import (
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

func goodKeyMethod(span trace.Span, route string, port int) {
	span.SetAttributes(semconv.HTTPRouteKey.String(route), semconv.ServerPortKey.Int(port)) // GOOD: a string and an int
}
