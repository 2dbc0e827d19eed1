// The path of the request is the name: one name a resource.
//
// Evidence: R9, dapr http_tracing.go's shape.

package spanname

import "net/http"

func byPath(w http.ResponseWriter, r *http.Request) {
	ctx, span := tracer.Start(r.Context(), r.URL.Path) // BAD spanname.cardinality
	defer span.End()
	if work(ctx) != nil {
		w.WriteHeader(http.StatusBadGateway)
	}
}
