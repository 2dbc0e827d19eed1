// Deferred End of a span that the caller started.
//
// Evidence: R8.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func foreignDefer(ctx context.Context) error {
	span := trace.SpanFromContext(ctx) // BAD spanuse.foreign @a
	defer span.End()                   // BAD spanuse.foreign @a
	_, err := work(ctx)
	return err
}
