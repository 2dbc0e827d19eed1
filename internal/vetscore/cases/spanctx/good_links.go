// Links say where it comes from; the batch outlives the request.
//
// Evidence: rule.

package spanctx

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func goodLinks(ctx context.Context, id string) {
	link := trace.LinkFromContext(ctx)
	go func() {
		batchCtx, span := tracer.Start(context.Background(), "batch", trace.WithLinks(link)) // GOOD: linked
		defer span.End()
		_, _ = fetch(batchCtx, id)
	}()
}
