// A reference is appended to the name.
//
// Evidence: R9, buildkit's shape.

package spanname

import "context"

func byReference(ctx context.Context, ref string) error {
	ctx, span := tracer.Start(ctx, "resolving "+ref) // BAD spanname.cardinality
	defer span.End()
	return work(ctx)
}
