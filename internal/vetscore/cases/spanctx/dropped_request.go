// In a handler the old context is the request's.
//
// Evidence: R4.

package spanctx

import "net/http"

func droppedRequest(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	_, span := tracer.Start(ctx, "handle") // BAD spanctx.dropped @a
	defer span.End()
	s, err := fetch(ctx, r.URL.Path) // BAD spanctx.dropped @a
	if err != nil {
		http.Error(w, "no", http.StatusBadGateway)
		return
	}
	_, _ = w.Write([]byte(s))
}
