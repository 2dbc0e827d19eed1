package fixnames

import (
	"context"

	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
)

var tracer trace.Tracer

const fine = codes.OK

func work(ctx context.Context) error { return nil }

// The name is another package's.
func returned(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	if err := work(ctx); err != nil {
		span.RecordError(err) // want `status of span stays unset`
		return err
	}
	return nil
}
