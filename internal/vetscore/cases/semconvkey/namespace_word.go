// A key of one word can clash with anybody's.
//
// Evidence: evidence: 38 of 57 literal keys.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func namespaceWord(span trace.Span, key string) {
	span.SetAttributes(attribute.String("key", key)) // BAD(option) semconvkey.namespace
}
