// A generic one; the span of its caller is not its own.
//
// Evidence: policy.

package required

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

// ImportAll is named by the policy.
func ImportAll[T any](ctx context.Context, list []T, one func(context.Context, T) error) error { // BAD spanmissing.required
	trace.SpanFromContext(ctx).AddEvent("importing")
	for _, v := range list {
		if err := one(ctx, v); err != nil {
			return err
		}
	}
	return nil
}
