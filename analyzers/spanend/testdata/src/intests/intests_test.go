package intests

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("intests")

// A test may look at a span that is open, and a benchmark may throw it away.

func TestOpen(t *testing.T) {
	_, span := tracer.Start(context.Background(), "x")
	span.SetName("y")
}

func TestDropped(t *testing.T) {
	_, _ = tracer.Start(context.Background(), "x")
}

func TestPath(t *testing.T) {
	_, span := tracer.Start(context.Background(), "x") // want `span is not ended on a path to the return on line 26`
	if t.Name() == "" {
		return
	}
	span.End()
}
