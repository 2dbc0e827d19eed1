// A deferred literal looks at the named result.
//
// Evidence: rule.

package spanerror

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/codes"
)

func goodDeferred(ctx context.Context) (n int, err error) {
	ctx, span := tracer.Start(ctx, "good")
	defer func() {
		if err != nil {
			span.RecordError(err)
			span.SetStatus(codes.Error, err.Error())
		}
		span.End()
	}()
	n, err = work(ctx)
	if err != nil {
		return 0, fmt.Errorf("working: %w", err) // GOOD: the deferred literal sees it
	}
	return n, nil
}
