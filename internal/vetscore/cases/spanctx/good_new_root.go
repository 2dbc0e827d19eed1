// A root on purpose, linked to where it comes from.
//
// Evidence: rule.

package spanctx

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func goodNewRoot(ctx context.Context, id string) error {
	link := trace.LinkFromContext(ctx)
	rootCtx, span := tracer.Start(context.Background(), "batch", trace.WithNewRoot(), trace.WithLinks(link)) // GOOD: says so
	defer span.End()
	_, err := fetch(rootCtx, id)
	return err
}
