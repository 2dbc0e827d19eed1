// Start assigns to the field itself.
//
// Evidence: rule.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

type session struct {
	ctx  context.Context
	span trace.Span
}

func newSession(ctx context.Context) *session {
	s := &session{}
	s.ctx, s.span = tracer.Start(ctx, "session") // GOOD: done ends it
	return s
}

func (s *session) done() { s.span.End() }
