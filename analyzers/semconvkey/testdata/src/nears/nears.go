// Package nears has keys with a slip.
package nears

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

const own = "service.instanse.id" // want `there is no key "service.instanse.id"; "service.instance.id" was probably meant`

func set(span trace.Span, s string, n int) {
	span.SetAttributes(
		attribute.Int("http.response.statusCode", n), // want `there is no key "http.response.statusCode"; "http.response.status_code" was probably meant`
		attribute.String("http.request_method", s),   // want `there is no key "http.request_method"; "http.request.method" was probably meant`
		attribute.String("server.adress", s),         // want `there is no key "server.adress"; "server.address" was probably meant`
		attribute.String("db.querry.text", s),        // want `there is no key "db.querry.text"; "db.query.text" was probably meant`
		attribute.Int("http.statuscode", n),          // want `there is no key "http.statuscode"; "http.status_code", which is now "http.response.status_code" was probably meant`
		attribute.String(own, s),
	)
}
