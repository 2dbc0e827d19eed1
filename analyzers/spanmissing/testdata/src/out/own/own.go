// Package own has a transport of the project's own.
package own

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
)

type Transport struct {
	Base   http.RoundTripper
	Tracer trace.Tracer
}

func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, span := t.Tracer.Start(r.Context(), r.Method)
	defer span.End()
	return t.Base.RoundTrip(r.WithContext(ctx))
}

type Header struct{ Base http.RoundTripper }

func (t *Header) RoundTrip(r *http.Request) (*http.Response, error) { return t.Base.RoundTrip(r) }

func Instrument(c *http.Client) { c.Transport = &Transport{Base: c.Transport} }

func Limit(c *http.Client) { c.Timeout = 1 }

func Dialing() grpc.DialOption { return grpc.WithStatsHandler(otelgrpc.NewClientHandler()) }
