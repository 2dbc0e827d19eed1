// A deferred function literal ends the span.
//
// Evidence: rule.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func goodDeferLiteral(ctx context.Context, id string) (err error) {
	ctx, span := tracer.Start(ctx, "good")
	defer func() {
		if err != nil {
			span.SetStatus(codes.Error, err.Error())
		}
		span.End() // GOOD: on every path
	}()
	_, err = load(ctx, id)
	return err
}
