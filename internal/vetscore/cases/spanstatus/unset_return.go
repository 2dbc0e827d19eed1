// Recorded on the caller's span; its status stays unset.
//
// Evidence: R6, etcd v3_server.go's shape.

package spanstatus

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

type raft struct{ apply func(context.Context) error }

func (r *raft) request(ctx context.Context) error {
	span := trace.SpanFromContext(ctx)
	if err := r.apply(ctx); err != nil {
		span.RecordError(err) // BAD spanstatus.unset
		return err
	}
	return nil
}
