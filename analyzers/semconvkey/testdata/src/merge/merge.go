// Package merge has resources with other schemas than the SDK's.
package merge

import (
	"context"

	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.25.0"
)

func direct() (*resource.Resource, error) {
	return resource.Merge(resource.Default(), resource.NewWithAttributes(
		semconv.SchemaURL, // want `resource.Merge fails: this schema URL is that of 1.25.0, and that of resource.Default of 1.43.0; use resource.NewSchemaless`
		semconv.ServiceName("a"),
	))
}

func variable() (*resource.Resource, error) {
	own := resource.NewWithAttributes("https://opentelemetry.io/schemas/1.25.0", semconv.ServiceName("a")) // want `resource.Merge fails`
	return resource.Merge(own, resource.Default())
}

func changed(other *resource.Resource) (*resource.Resource, error) {
	own := resource.NewWithAttributes(semconv.SchemaURL, semconv.ServiceName("a"))
	if other != nil {
		own = other
	}
	return resource.Merge(resource.Default(), own)
}

func detected(ctx context.Context) (*resource.Resource, error) {
	return resource.New(ctx,
		resource.WithSchemaURL(semconv.SchemaURL), // want `resource.New fails: this schema URL is that of 1.25.0, and that of resource.WithTelemetrySDK of 1.43.0`
		resource.WithTelemetrySDK(),
		resource.WithAttributes(semconv.ServiceName("a")),
	)
}

func plain(ctx context.Context) (*resource.Resource, error) {
	return resource.New(ctx, resource.WithSchemaURL(semconv.SchemaURL), resource.WithAttributes(semconv.ServiceName("a")))
}
