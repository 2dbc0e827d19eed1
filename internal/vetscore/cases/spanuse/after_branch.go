// Ended when the body is read, then written to by a helper on the branch of a refusal.
//
// Evidence: R3, traefik forward.go's shape.

package spanuse

import "net/http"

func afterBranch(w http.ResponseWriter, r *http.Request) {
	ctx, span := tracer.Start(r.Context(), "forward")
	code, err := work(ctx)
	span.End()
	if err != nil {
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	if code == http.StatusUnauthorized {
		capture(span, code) // BAD spanuse.after
		w.WriteHeader(code)
	}
}
