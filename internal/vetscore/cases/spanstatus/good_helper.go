// A helper sets both.
//
// Evidence: rule.

package spanstatus

import "context"

func goodHelper(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "good")
	defer span.End()
	if err := work(ctx); err != nil {
		return fail(span, err) // GOOD: it sets the status
	}
	return nil
}
