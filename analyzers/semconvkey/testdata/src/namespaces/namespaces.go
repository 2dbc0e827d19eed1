// Package namespaces has keys of its own.
package namespaces

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

var digest = attribute.Key("digest") // want `attribute key "digest" has no namespace`

func set(span trace.Span, s string) {
	span.SetAttributes(
		digest.String(s),
		attribute.String("range_end", s), // want `attribute key "range_end" has no namespace`
		attribute.String("http.path", s), // want `"http.path" is no key of the semantic conventions, whose namespace "http" is`
		attribute.String("acme.path", s),
		attribute.String("app.order.id", s),
		attribute.String("http.route", s),
	)
}
