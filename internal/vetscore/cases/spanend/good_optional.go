// The span exists only when it was started, and the check says so.
//
// Evidence: rule.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func goodOptional(ctx context.Context, it item, traced bool) error {
	var span trace.Span
	if traced {
		ctx, span = tracer.Start(ctx, "optional")
	}
	err := save(ctx, it)
	if span != nil {
		span.End() // GOOD: nil means that none was started
	}
	return err
}
