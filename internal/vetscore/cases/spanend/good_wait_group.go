// A goroutine of a WaitGroup ends it.
//
// Evidence: rule.

package spanend

import (
	"context"
	"sync"
)

func goodWaitGroup(ctx context.Context, list []item) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, it := range list {
		itemCtx, span := tracer.Start(ctx, "one")
		wg.Go(func() {
			defer span.End() // GOOD: ended there
			_ = save(itemCtx, it)
		})
	}
}
