// A helper that marks the span and leaves it open is no End.
//
// Evidence: R1.

package spanend

import (
	"context"

	"example.com/cases/internal/tracing"
)

func marked(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "marked") // BAD spanend.leak
	it, err := load(ctx, id)
	if err != nil {
		tracing.Fail(span, err)
		return err
	}
	tracing.Note(span, len(it.id))
	span.End()
	return nil
}
