// Package lists sets attributes twice.
package lists

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

func set(ctx context.Context, tracer trace.Tracer, host, peer string) {
	_, span := tracer.Start(ctx, "a", trace.WithAttributes(
		semconv.ServerAddress(host),
		attribute.String("server.address", peer), // want `"server.address" is set twice in this list; the last value wins`
	))
	defer span.End()
	span.SetAttributes(attribute.String("app.tenant", host), attribute.String("app.tenant", peer)) // want `"app.tenant" is set twice`
}

func slice(code int) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.Int("app.code", code),
		attribute.String("app.area", "orders"),
		attribute.Key("app.code").Int(code + 1), // want `"app.code" is set twice`
	}
}

var set2 = attribute.NewSet(semconv.HTTPRequestMethodGet, semconv.HTTPRequestMethodPost) // want `"http.request.method" is set twice`
