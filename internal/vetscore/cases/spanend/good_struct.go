// Put into a literal that is returned.
//
// Evidence: rule.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

type traced2 struct {
	ctx  context.Context
	span trace.Span
}

func goodStruct(ctx context.Context) *traced2 {
	ctx, span := tracer.Start(ctx, "struct")
	return &traced2{ctx: ctx, span: span} // GOOD: the caller ends it
}

func (t *traced2) finish() { t.span.End() }
