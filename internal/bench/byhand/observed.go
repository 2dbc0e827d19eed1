package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/stats"

	apiv1 "github.com/mintwright/mintwright/blueprints/service/proto/orders/v1"
)

// telemetry is what a service with stock telemetry has, and what its handlers do with it: the
// same as the example of an emitted service, as cheaply.
type telemetry struct {
	tracers    *sdktrace.TracerProvider
	meters     *sdkmetric.MeterProvider
	propagator propagation.TextMapPropagator

	logger   *slog.Logger
	tracer   trace.Tracer
	composed metric.Int64Counter
	outcome  []metric.AddOption
}

func newTelemetry(ctx context.Context, sampling float64) (*telemetry, error) {
	spans, err := otlptracegrpc.New(ctx) // where to, is in OTEL_EXPORTER_OTLP_ENDPOINT
	if err != nil {
		return nil, err
	}
	points, err := otlpmetricgrpc.New(ctx)
	if err != nil {
		return nil, err
	}
	t := &telemetry{
		tracers: sdktrace.NewTracerProvider(
			sdktrace.WithBatcher(spans), sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(sampling)))),
		meters:     sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(points))),
		propagator: propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}),
		logger:     slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelWarn})),
		outcome:    []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(attribute.String("outcome", "composed")))},
	}
	t.tracer = t.tracers.Tracer("byhand")
	t.composed, err = t.meters.Meter("byhand").Int64Counter("greetings.composed")
	return t, err
}

// middleware is the stock telemetry of HTTP.
func (t *telemetry) middleware(next http.Handler) http.Handler {
	return otelhttp.NewHandler(next, "", otelhttp.WithTracerProvider(t.tracers), otelhttp.WithMeterProvider(t.meters),
		otelhttp.WithPropagators(t.propagator))
}

// stats is the stock telemetry of gRPC.
func (t *telemetry) stats() stats.Handler {
	return otelgrpc.NewServerHandler(otelgrpc.WithTracerProvider(t.tracers), otelgrpc.WithMeterProvider(t.meters),
		otelgrpc.WithPropagators(t.propagator))
}

// compose is around the answer, in a span that the caller ends.
func (t *telemetry) compose(ctx context.Context, name string) (context.Context, trace.Span) {
	ctx, span := t.tracer.Start(ctx, "compose greeting")
	if span.IsRecording() {
		span.SetAttributes(attribute.Int("greeting.name_length", len(name)))
	}
	t.logger.LogAttrs(ctx, slog.LevelInfo, "greeting composed", slog.Int("name_length", len(name)))
	t.composed.Add(ctx, 1, t.outcome...)
	return ctx, span
}

func (t *telemetry) greet(w http.ResponseWriter, r *http.Request) {
	_, span := t.compose(r.Context(), r.PathValue("name"))
	defer span.End()
	greet(w, r)
}

type observedGreetings struct {
	greetings
	telemetry *telemetry
}

// GetGreeting implements apiv1.GreetingServiceServer.
func (g observedGreetings) GetGreeting(ctx context.Context, request *apiv1.GetGreetingRequest) (*apiv1.GetGreetingResponse, error) {
	ctx, span := g.telemetry.compose(ctx, request.GetName())
	defer span.End()
	return g.greetings.GetGreeting(ctx, request)
}
