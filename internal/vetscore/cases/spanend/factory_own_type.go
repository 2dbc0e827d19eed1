// A span type of our own with trace.Span embedded, from a method of our own tracer.
//
// Evidence: R1.

package spanend

import (
	"context"

	"example.com/cases/internal/tracing"
)

func ownType(ctx context.Context, t *tracing.Tracer, id string) error {
	ctx, span := t.Start(ctx, "own") // BAD spanend.leak
	if !valid(id) {
		return errEmpty
	}
	_, err := load(ctx, id)
	span.End()
	return err
}
