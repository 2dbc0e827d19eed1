// Package styles has keys in other styles.
package styles

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func set(span trace.Span, s string) {
	span.SetAttributes(
		attribute.String("app.orderId", s),  // want `attribute key "app.orderId" has other characters`
		attribute.String("app.order-id", s), // want `attribute key "app.order-id" has other characters`
		attribute.String("app..id", s),      // want `attribute key "app..id" has an empty part`
		attribute.String("app.order_id", s),
		attribute.StringSlice("http.request.header.X-Id", nil),
		attribute.String("id", s),
	)
}
