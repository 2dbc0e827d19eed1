// Kept in a map by the request's id.
//
// Evidence: rule.

package spanend

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/trace"
)

type registry struct {
	mu    sync.Mutex
	spans map[string]trace.Span
}

func (r *registry) started(ctx context.Context, id string) {
	_, span := tracer.Start(ctx, "request")
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spans[id] = span // GOOD: finished ends it
}

func (r *registry) finished(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if span, ok := r.spans[id]; ok {
		span.End()
		delete(r.spans, id)
	}
}
