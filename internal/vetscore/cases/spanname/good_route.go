// The pattern of the route, as the convention has it.
//
// Evidence: R9 look-alike.

package spanname

import "net/http"

func goodRoute(w http.ResponseWriter, r *http.Request) {
	ctx, span := tracer.Start(r.Context(), "handle")
	defer span.End()
	span.SetName(r.Pattern) // GOOD: one name a route
	if work(ctx) != nil {
		w.WriteHeader(http.StatusBadGateway)
	}
}
