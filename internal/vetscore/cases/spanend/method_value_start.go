// Start is a method value.
//
// Evidence: R2.

package spanend

import "context"

func methodValue(ctx context.Context, id string) error {
	start := tracer.Start
	ctx, span := start(ctx, "value") // BAD spanend.leak
	if _, err := load(ctx, id); err != nil {
		return err
	}
	span.End()
	return nil
}
