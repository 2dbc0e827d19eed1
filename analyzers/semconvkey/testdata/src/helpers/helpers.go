// Package helpers uses what old versions had for HTTP.
package helpers

import (
	"net/http"

	"go.opentelemetry.io/otel/semconv/v1.17.0/httpconv"
	semconv "go.opentelemetry.io/otel/semconv/v1.4.0"
	"go.opentelemetry.io/otel/trace"
)

func serve(span trace.Span, r *http.Request) {
	span.SetAttributes(semconv.HTTPServerAttributesFromHTTPRequest("", "/", r)...) // want `v1.4.0.HTTPServerAttributesFromHTTPRequest sets keys that were renamed since`
	span.SetAttributes(semconv.HTTPServerAttributesFromHTTPRequest("", "/", r)...)
	span.SetAttributes(semconv.EndUserAttributesFromHTTPRequest(r)...)
	span.SetAttributes(httpconv.ClientRequest(r)...) // want `v1.17.0/httpconv.ClientRequest sets keys that were renamed since`
	span.SetAttributes(httpconv.RequestHeader(r.Header)...)
}
