// SetName with what the client sent.
//
// Evidence: R9.

package spanname

import (
	"context"
	"net/http"
)

func renamed(ctx context.Context, r *http.Request) error {
	ctx, span := tracer.Start(ctx, "handle")
	defer span.End()
	span.SetName(r.Method + " " + r.RequestURI) // BAD spanname.cardinality
	return work(ctx)
}
