// A closure with a name ends it, on both ways.
//
// Evidence: rule.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func goodLocalClosure(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "closure")
	fail := func(err error) error {
		span.SetStatus(codes.Error, err.Error())
		span.End()
		return err
	}
	if _, err := load(ctx, id); err != nil {
		return fail(err) // GOOD: ends it
	}
	span.End()
	return nil
}
