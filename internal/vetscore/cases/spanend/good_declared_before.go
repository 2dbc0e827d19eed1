// Declared by var and ended by a defer above the start.
//
// Evidence: R2 look-alike.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func goodDeclaredBefore(ctx context.Context, id string) error {
	var span trace.Span
	defer func() { span.End() }() // GOOD: runs after the start
	ctx, span = tracer.Start(ctx, "declared")
	it, err := load(ctx, id)
	if err != nil {
		return err
	}
	return save(ctx, it)
}
