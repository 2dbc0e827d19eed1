// Package future uses a version that is newer than what is known: it may have a key again.
package future

import (
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.99.0"
)

func set(method, code string) []attribute.KeyValue {
	return []attribute.KeyValue{semconv.HTTPMethod(method), semconv.HTTPResponseStatusCodeKey.String(code)}
}
