package web

import (
	"context"
	"net/http"
	"net/url"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// sampleTarget is what a masked request is about; also its key in the context.
type sampleTarget struct {
	url      *url.URL
	template string
	caller   trace.SpanID
}

// sampleMasked returns a request as telemetry may see it: its URL has the template for the path,
// and no value of a parameter.
func sampleMasked(request *http.Request, template string) *http.Request {
	target := sampleTarget{request.URL, template, trace.SpanContextFromContext(request.Context()).SpanID()}
	masked := request.WithContext(context.WithValue(request.Context(), sampleTarget{}, target))
	masked.URL = &url.URL{Scheme: "https", Host: target.url.Host, Opaque: "//" + target.url.Host + template} // braces stay as they are
	return masked
}

// sampleUnmasked returns the request that is sent.
func sampleUnmasked(masked *http.Request) *http.Request {
	target := masked.Context().Value(sampleTarget{}).(sampleTarget)
	if span := trace.SpanFromContext(masked.Context()); span.SpanContext().SpanID() != target.caller { // else a filter wants none
		span.SetAttributes(attribute.String("url.template", target.template))
	}
	request := masked.WithContext(masked.Context())
	request.URL = target.url
	return request
}
