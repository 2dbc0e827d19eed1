// The span is put into the context by hand.
//
// Evidence: rule.

package spanctx

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func goodByHand(ctx context.Context, id string) error {
	_, span := tracer.Start(ctx, "by hand")
	defer span.End()
	ctx = trace.ContextWithSpan(ctx, span) // GOOD: from here on the context has it
	_, err := fetch(ctx, id)
	return err
}
