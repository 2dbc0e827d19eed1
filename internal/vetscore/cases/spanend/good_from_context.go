// A span that the caller started is the caller's to end.
//
// Evidence: rule.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func goodFromContext(ctx context.Context, id string) error {
	span := trace.SpanFromContext(ctx) // GOOD: not ours
	span.AddEvent("loading")
	_, err := load(ctx, id)
	return err
}
