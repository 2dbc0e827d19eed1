// Sent to the goroutine that ends it.
//
// Evidence: rule.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

type open struct {
	span trace.Span
	it   item
}

func produce(ctx context.Context, it item, out chan<- open) {
	_, span := tracer.Start(ctx, "produce", trace.WithSpanKind(trace.SpanKindProducer))
	out <- open{span, it} // GOOD: the receiver ends it
}

func consume(in <-chan open) {
	for o := range in {
		o.span.SetAttributes(attribute.String("shop.item", o.it.id))
		o.span.End()
	}
}
