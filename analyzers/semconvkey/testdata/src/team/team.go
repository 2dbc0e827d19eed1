// Package team follows the team's own registry.
package team

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func set(span trace.Span, s string, n int) {
	span.SetAttributes(
		attribute.String("acme.tenant.id", s),
		attribute.String("acme.tennant.id", s), // want `there is no key "acme.tennant.id"; "acme.tenant.id" was probably meant`
		attribute.String("acme.rows.count", s), // want `"acme.rows.count" takes an int, not a string`
		attribute.String("acme.client", s),     // want `"acme.client" was renamed to "acme.tenant.id"; the list has both$`
		attribute.String("acme.secret", s),     // want `"acme.secret" was deprecated by the team's registry; nobody may see it`
		attribute.String("acme.label.a-b", s),
		attribute.String("acme.other.thing", s),
		attribute.String("http.method", s), // the team keeps it
		attribute.String("acme.any", s),
		attribute.Int("acme.code", n),
		attribute.Int("acme.mode", n), // want `"acme.mode" takes a string, not an int`
	)
}
