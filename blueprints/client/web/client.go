// Package web is what a generated client is made of that calls a service by HTTP and stands in
// a module which has no such package of its own. What is called Sample here gets the name of
// an interface there; the methods are made from its annotations.
package web

import (
	"errors"
	"net/http"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// SampleOptions is what a SampleClient is made of. All but Telemetry is required.
type SampleOptions struct {
	Address   string            // host:port
	SVIDs     x509svid.Source   // who calls
	Bundles   x509bundle.Source // what proves who answers; a *workloadapi.X509Source is both
	Tracers   trace.TracerProvider
	Meters    metric.MeterProvider
	Telemetry []otelhttp.Option // have the last word
}

// SampleClient implements Sample by calling the service with the SPIFFE ID sampleServer.
type SampleClient struct {
	address   string
	idle      interface{ CloseIdleConnections() }
	transport http.RoundTripper
}

// NewSampleClient returns a client of the service at o.Address, which has to prove that it is
// sampleServer. It connects when it is used, straight and over mutual TLS. Any status but a 2xx,
// a redirect too, is a *SampleError.
func NewSampleClient(o SampleOptions) (*SampleClient, error) {
	if o.Address == "" || o.SVIDs == nil || o.Bundles == nil || o.Tracers == nil || o.Meters == nil {
		return nil, errors.New("SampleOptions lack the address, the SVIDs, the bundles, the tracers or the meters")
	}
	transport := &sampleTransport{svids: o.SVIDs, bundles: o.Bundles}
	telemetry := append([]otelhttp.Option{
		otelhttp.WithTracerProvider(o.Tracers),
		otelhttp.WithMeterProvider(o.Meters),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Pattern }),
		otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})),
	}, o.Telemetry...)
	return &SampleClient{address: o.Address, idle: transport, transport: otelhttp.NewTransport(transport, telemetry...)}, nil
}

// CloseIdleConnections closes the connections that carry no call.
func (c *SampleClient) CloseIdleConnections() { c.idle.CloseIdleConnections() }
