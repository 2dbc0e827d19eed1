// One branch sets the status, the other only records.
//
// Evidence: R6, jaeger middleware.go's shape.

package spanstatus

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/codes"
)

type result struct {
	isError bool
	text    string
}

func unsetBranch(ctx context.Context, call func(context.Context) (result, error)) error {
	ctx, span := tracer.Start(ctx, "call")
	defer span.End()
	res, err := call(ctx)
	if err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
		return err
	}
	if res.isError {
		span.RecordError(errors.New(res.text)) // BAD spanstatus.unset
	}
	return nil
}
