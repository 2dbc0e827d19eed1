// Recorded here, the status set by the finisher of another package.
//
// Evidence: rule.

package spanstatus

import (
	"context"

	"example.com/cases/internal/tracing"
	"go.opentelemetry.io/otel/trace"
)

func goodFinisher(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "good")
	defer tracing.FinishNamed(span, &err)
	err = work(ctx)
	if err != nil {
		span.RecordError(err, trace.WithStackTrace(true)) // GOOD: the finisher sets the status
	}
	return err
}
