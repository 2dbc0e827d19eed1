// A defer in a function literal that each round calls.
//
// Evidence: rule.

package spanend

import "context"

func goodLoopLiteral(ctx context.Context, ids []string) error {
	for _, id := range ids {
		err := func() error {
			ctx, span := tracer.Start(ctx, "one")
			defer span.End() // GOOD: the literal returns each round
			_, err := load(ctx, id)
			return err
		}()
		if err != nil {
			return err
		}
	}
	return nil
}
