// Nothing was started by who only asks for the span of the context.
//
// Evidence: rule.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func goodAsk(ctx context.Context) bool {
	_ = trace.SpanFromContext(ctx) // GOOD: the caller's
	return trace.SpanContextFromContext(ctx).IsSampled()
}
