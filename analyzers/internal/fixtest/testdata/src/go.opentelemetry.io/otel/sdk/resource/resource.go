// Package resource has signatures of OpenTelemetry's, and nothing behind them.
package resource

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

type (
	Resource struct{ schemaURL string }
	Option   interface{ apply() }
	option   struct{}
)

func (option) apply() {}

func New(ctx context.Context, opts ...Option) (*Resource, error) { return nil, nil }
func NewWithAttributes(schemaURL string, attrs ...attribute.KeyValue) *Resource {
	return &Resource{schemaURL}
}
func NewSchemaless(attrs ...attribute.KeyValue) *Resource    { return &Resource{} }
func Merge(a, b *Resource) (*Resource, error)                { return a, nil }
func Default() *Resource                                     { return &Resource{semconv.SchemaURL} }
func Environment() *Resource                                 { return &Resource{semconv.SchemaURL} }
func WithAttributes(attributes ...attribute.KeyValue) Option { return option{} }
func WithFromEnv() Option                                    { return option{} }
func WithHost() Option                                       { return option{} }
func WithTelemetrySDK() Option                               { return option{} }
func WithSchemaURL(schemaURL string) Option                  { return option{} }
