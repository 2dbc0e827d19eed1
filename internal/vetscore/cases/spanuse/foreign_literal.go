// The same in a deferred function literal of a handler.
//
// Evidence: R8.

package spanuse

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func foreignLiteral(w http.ResponseWriter, r *http.Request) {
	span := trace.SpanFromContext(r.Context()) // BAD spanuse.foreign @a
	defer func() {                             // BAD spanuse.foreign @a
		span.SetAttributes(attribute.Bool("shop.done", true))
		span.End() // BAD spanuse.foreign @a
	}()
	w.WriteHeader(http.StatusNoContent)
}
