// Both results are the arguments of a call.
//
// Evidence: rule.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func follow(ctx context.Context, span trace.Span) func() {
	return func() { span.End() }
}

func goodArgument(ctx context.Context, it item) error {
	defer follow(tracer.Start(ctx, "follow"))() // GOOD: the closure ends it
	return save(ctx, it)
}
