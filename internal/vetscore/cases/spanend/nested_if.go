// Three levels down, one way out is open.
//
// Evidence: R2.

package spanend

import "context"

func nested(ctx context.Context, a, b, c bool, it item) error {
	ctx, span := tracer.Start(ctx, "nested") // BAD spanend.leak
	if a {
		if b {
			if c {
				return errEmpty
			}
			span.AddEvent("b")
		}
	} else {
		span.AddEvent("not a")
	}
	err := save(ctx, it)
	span.End()
	return err
}
