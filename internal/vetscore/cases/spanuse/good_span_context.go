// What only asks may come after End.
//
// Evidence: R3 look-alike.

package spanuse

import "context"

func goodSpanContext(ctx context.Context) string {
	ctx, span := tracer.Start(ctx, "good")
	_, _ = work(ctx)
	span.End()
	if span.IsRecording() || !sampled(span) { // GOOD: reads alone
		return ""
	}
	return span.SpanContext().TraceID().String() // GOOD: the id stays
}
