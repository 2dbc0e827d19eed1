// A factory in the same package; bad input returns before the closure that ends the span is
// registered.
//
// Evidence: R1.

package spanend

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/trace"
)

type scope struct{ closers []func() }

func startServer(r *http.Request) (context.Context, trace.Span) {
	return tracer.Start(r.Context(), "server", trace.WithSpanKind(trace.SpanKindServer))
}

func (s *scope) serve(w http.ResponseWriter, r *http.Request) {
	ctx, span := startServer(r) // BAD spanend.leak
	if r.Header.Get("Baggage") == "bad" {
		http.Error(w, "bad baggage", http.StatusBadRequest)
		return
	}
	s.closers = append(s.closers, func() { span.End() })
	_, _ = load(ctx, r.URL.Path)
}
