// The stack trace does not set the status either.
//
// Evidence: R6.

package spanstatus

import (
	"net/http"

	"go.opentelemetry.io/otel/trace"
)

func unsetStack(w http.ResponseWriter, r *http.Request) {
	ctx, span := tracer.Start(r.Context(), "handle")
	defer span.End()
	if err := work(ctx); err != nil {
		span.RecordError(err, trace.WithStackTrace(true)) // BAD spanstatus.unset
		http.Error(w, "failed", http.StatusInternalServerError)
	}
}
