// Registered keys that are near each other.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodNeighbours(span trace.Span, name, kind string, local, peer int) {
	span.SetAttributes(
		attribute.String("messaging.operation.name", name),
		attribute.String("messaging.operation.type", kind), // GOOD: both are registered
		attribute.Int("network.local.port", local),
		attribute.Int("network.peer.port", peer),
	)
}
