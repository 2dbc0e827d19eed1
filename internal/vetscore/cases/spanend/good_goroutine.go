// The goroutine ends what the function started.
//
// Evidence: rule.

package spanend

import "context"

func goodGoroutine(ctx context.Context, it item) {
	ctx, span := tracer.Start(ctx, "goroutine")
	go func() {
		defer span.End() // GOOD: ended there
		_ = save(ctx, it)
	}()
}
