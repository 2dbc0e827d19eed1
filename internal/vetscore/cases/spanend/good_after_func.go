// The context's end ends the span.
//
// Evidence: rule.

package spanend

import "context"

func goodAfterFunc(ctx context.Context) context.Context {
	ctx, span := tracer.Start(ctx, "lease")
	context.AfterFunc(ctx, func() { span.End() }) // GOOD: captured by a closure
	return ctx
}
