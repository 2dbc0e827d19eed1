// The first context of a program.
//
// Evidence: rule.

package spanctx

import (
	"context"
	"time"
)

func goodStart(args []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	ctx, span := tracer.Start(ctx, "migrate") // GOOD: nothing is above it
	defer span.End()
	for _, a := range args {
		if err := write(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
