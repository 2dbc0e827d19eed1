// The span is kept in a field: the connection's Close ends it.
//
// Evidence: rule.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

type conn struct {
	span trace.Span
	ctx  context.Context
}

func (c *conn) open(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "conn")
	c.ctx, c.span = ctx, span // GOOD: close ends it
	_, err := load(ctx, id)
	return err
}

func (c *conn) close() { c.span.End() }
