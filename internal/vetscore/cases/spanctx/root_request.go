// A handler has a request, and its span begins a trace of its own.
//
// Evidence: rule.

package spanctx

import (
	"context"
	"net/http"
)

func rootRequest(w http.ResponseWriter, r *http.Request) {
	ctx, span := tracer.Start(context.Background(), "handle") // BAD spanctx.root
	defer span.End()
	if _, err := fetch(ctx, r.URL.Path); err != nil {
		w.WriteHeader(http.StatusBadGateway)
	}
}
