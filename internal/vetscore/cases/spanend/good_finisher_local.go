// A finisher of the same package, two calls deep.
//
// Evidence: R1 look-alike.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

func closeSpan(span trace.Span, err error) {
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
	reallyClose(span)
}

func reallyClose(span trace.Span) { span.End() }

func goodTwoDeep(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "deep")
	_, err := load(ctx, id)
	closeSpan(span, err) // GOOD: ends it, a call further
	return err
}
