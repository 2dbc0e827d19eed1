// Constants and functions of the one version.
//
// Evidence: rule.

package semconvkey

import (
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

func goodConstants(span trace.Span, host string, code int) {
	span.SetAttributes(
		semconv.HTTPRequestMethodGet,
		semconv.HTTPResponseStatusCode(code),
		semconv.ServerAddress(host), // GOOD: the module's version
	)
}
