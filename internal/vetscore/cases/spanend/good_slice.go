// Spans in a slice, all ended below.
//
// Evidence: rule.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func goodSlice(ctx context.Context, ids []string) error {
	var spans []trace.Span
	defer func() {
		for _, s := range spans {
			s.End()
		}
	}()
	for _, id := range ids {
		itemCtx, span := tracer.Start(ctx, "one")
		spans = append(spans, span) // GOOD: ended together
		if _, err := load(itemCtx, id); err != nil {
			return err
		}
	}
	return nil
}
