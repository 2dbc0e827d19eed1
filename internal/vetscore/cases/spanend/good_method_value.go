// End is taken as a method value and deferred.
//
// Evidence: rule.

package spanend

import "context"

func goodMethodValue(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "good")
	end := span.End
	defer end() // GOOD: the span's End
	_, err := load(ctx, id)
	return err
}
