package main

import (
	"context"
	"crypto/tls"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// composer does what the example of an emitted service does, and as cheaply.
type composer struct {
	tracer   trace.Tracer
	composed metric.Int64Counter
	outcome  []metric.AddOption
}

// newComposer sets the global providers, which is where the middlewares look for theirs.
func newComposer(ctx context.Context, sampling float64) (*composer, error) {
	spans, err := otlptracegrpc.New(ctx) // where to, is in OTEL_EXPORTER_OTLP_ENDPOINT
	if err != nil {
		return nil, err
	}
	points, err := otlpmetricgrpc.New(ctx)
	if err != nil {
		return nil, err
	}
	tracers := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(spans), sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(sampling))))
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(points)))
	otel.SetTracerProvider(tracers)
	otel.SetMeterProvider(meters)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	composed, err := meters.Meter("peers").Int64Counter("greetings.composed")
	return &composer{
		tracer:   tracers.Tracer("peers"),
		composed: composed,
		outcome:  []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(attribute.String("outcome", "composed")))},
	}, err
}

// greeting is the answer of an emitted service's example.
type greeting struct {
	Message string `json:"message"`
	Caller  string `json:"caller"`
}

func (c *composer) greet(ctx context.Context, name string, state *tls.ConnectionState) greeting {
	ctx, span := c.tracer.Start(ctx, "compose greeting")
	defer span.End()
	if span.IsRecording() {
		span.SetAttributes(attribute.Int("greeting.name_length", len(name)))
	}
	c.composed.Add(ctx, 1, c.outcome...)
	return greeting{Message: "Hello, " + name + "!", Caller: state.PeerCertificates[0].URIs[0].String()}
}
