// Package choice lets the operator choose between old and new names.
package choice

import (
	"os"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	old "go.opentelemetry.io/otel/semconv/v1.25.0"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

var dup = strings.Contains(os.Getenv("OTEL_SEMCONV_STABILITY_OPT_IN"), "http/dup")

func set(span trace.Span, method string) {
	span.SetAttributes(semconv.HTTPRequestMethodKey.String(method))
	if dup {
		span.SetAttributes(old.HTTPMethodKey.String(method), attribute.String("http.flavor", "2"))
	}
}
