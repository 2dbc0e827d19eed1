// Package mixed has keys in comments and in Go.
package mixed

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func set(span trace.Span, s string) {
	span.SetAttributes(attribute.String("http.method", s)) // want `"http.method" was renamed to "http.request.method"`
}

type Store interface {
	//gen:attr http.method=m
	Get(ctx context.Context, m string) error

	//gen:attr http.scheme=old // want `"http.scheme" was renamed to "url.scheme"; the list has both`
	//gen:attr url.scheme=new
	Both(ctx context.Context, old, new string) error
}
