// Package types has values of the wrong type.
package types

import (
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

const route = "http.route"

func set(span trace.Span, s string, n int, f float64) {
	span.SetAttributes(
		attribute.String("http.response.status_code", s),                 // want `"http.response.status_code" takes an int, not a string`
		semconv.HTTPResponseStatusCodeKey.String(s),                      // want `"http.response.status_code" takes an int, not a string` `"http.response.status_code" is set twice`
		attribute.Int(route, n),                                          // want `"http.route" takes a string, not an int`
		attribute.String("process.command_args", s),                      // want `"process.command_args" takes a string\[\], not a string`
		attribute.Float64("server.port", f),                              // want `"server.port" takes an int, not a double`
		attribute.Bool("url.full", true),                                 // want `"url.full" takes a string, not a boolean`
		attribute.String("http.request.header.host", s),                  // want `"http.request.header.host" takes a string\[\], not a string`
		attribute.KeyValue{Key: "user.id", Value: attribute.IntValue(n)}, // want `"user.id" takes a string, not an int`
		attribute.Map("url.path"),                                        // want `"url.path" takes a string, not a map`
		attribute.Slice("url.query"),
	)
}
