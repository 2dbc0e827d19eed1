// Package rpc is what a generated client is made of that calls a service by gRPC and stands in
// a module which has no such package of its own.
package rpc

import (
	"errors"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// SampleOptions is what a SampleConn is made of. All but Telemetry is required.
type SampleOptions struct {
	Address   string            // host:port; calls go to all that the name stands for, in turn
	SVIDs     x509svid.Source   // who calls
	Bundles   x509bundle.Source // what proves who answers; a *workloadapi.X509Source is both
	Tracers   trace.TracerProvider
	Meters    metric.MeterProvider
	Telemetry []otelgrpc.Option // have the last word
}

// SampleConn implements HealthClient over connections to the service with the SPIFFE ID sampleServer.
type SampleConn struct {
	grpc_health_v1.HealthClient
	conn *grpc.ClientConn
}

var _ grpc_health_v1.HealthClient = (*SampleConn)(nil)

// NewSampleConn returns a client of the service at o.Address, which has to prove that it is
// sampleServer. It connects when it is used, straight and over mutual TLS, and is closed by its
// owner.
func NewSampleConn(o SampleOptions) (*SampleConn, error) {
	if o.Address == "" || o.SVIDs == nil || o.Bundles == nil || o.Tracers == nil || o.Meters == nil {
		return nil, errors.New("SampleOptions lack the address, the SVIDs, the bundles, the tracers or the meters")
	}
	config, err := sampleCallConfig(protoreflect.FullName(grpc_health_v1.Health_ServiceDesc.ServiceName))
	if err != nil {
		return nil, err
	}
	telemetry := append([]otelgrpc.Option{
		otelgrpc.WithTracerProvider(o.Tracers),
		otelgrpc.WithMeterProvider(o.Meters),
		otelgrpc.WithPropagators(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})),
	}, o.Telemetry...)
	conn, err := grpc.NewClient("dns:///"+o.Address,
		grpc.WithTransportCredentials(newSampleCredentials(o.SVIDs, o.Bundles)),
		grpc.WithDefaultServiceConfig(config),
		grpc.WithDisableServiceConfig(), // of the name server's
		grpc.WithNoProxy(),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: sampleDialPause, Multiplier: 2, Jitter: 0.2, MaxDelay: sampleMaxDialPause},
			MinConnectTimeout: sampleDialTimeout,
		}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: samplePingAfter, Timeout: samplePingTimeout}),
		grpc.WithIdleTimeout(sampleIdleTimeout),
		grpc.WithMaxHeaderListSize(sampleMaxHeader),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(sampleMaxMessage), grpc.MaxCallSendMsgSize(sampleMaxMessage)),
		grpc.WithStatsHandler(otelgrpc.NewClientHandler(telemetry...)),
	)
	if err != nil {
		return nil, err
	}
	return &SampleConn{grpc_health_v1.NewHealthClient(conn), conn}, nil
}

// Close ends the connections and the calls on them.
func (c *SampleConn) Close() error { return c.conn.Close() }
