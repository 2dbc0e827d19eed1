// The same without a variable.
//
// Evidence: R8.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func foreignDirect(ctx context.Context) error {
	defer trace.SpanFromContext(ctx).End() // BAD spanuse.foreign
	_, err := work(ctx)
	return err
}
