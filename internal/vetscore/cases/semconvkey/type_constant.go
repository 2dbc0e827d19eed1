// A constant of semconv with a method of the wrong type.
//
// Evidence: rule.

package semconvkey

import (
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

func typeConstant(span trace.Span, code string) {
	span.SetAttributes(semconv.HTTPResponseStatusCodeKey.String(code)) // BAD semconvkey.type
}
