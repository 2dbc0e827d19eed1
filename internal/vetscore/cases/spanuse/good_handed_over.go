// A hand-over on purpose: the one who cancels ends the stream's span, and does not defer it.
//
// Evidence: R8 look-alike: etcd watcher.go.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

type stream struct{ ctx context.Context }

func (s *stream) cancel(reason string) {
	span := trace.SpanFromContext(s.ctx)
	span.AddEvent("cancelled", trace.WithAttributes(attribute.String("shop.reason", reason)))
	span.End() // GOOD: on purpose, at the stream's end
}
