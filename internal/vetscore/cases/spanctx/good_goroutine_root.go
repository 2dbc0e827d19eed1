// A goroutine for the life of the program, started without a context.
//
// Evidence: rule.

package spanctx

import (
	"context"
	"time"
)

func startPoller(interval time.Duration, stop <-chan struct{}) {
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(interval):
				ctx, span := tracer.Start(context.Background(), "poll") // GOOD: no context is at hand
				_, _ = fetch(ctx, "all")
				span.End()
			}
		}
	}()
}
