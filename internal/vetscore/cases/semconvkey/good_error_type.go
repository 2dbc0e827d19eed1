// Stable keys of errors.
//
// Evidence: rule.

package semconvkey

import (
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

func goodErrorType(span trace.Span, err error) {
	span.SetAttributes(semconv.ErrorTypeKey.String(fmt.Sprintf("%T", err)), attribute.String("shop.error.detail", err.Error())) // GOOD: registered, and ours
}
