package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// observed gives mux the route with telemetry of its own, and returns it inside otelhttp.
func observed(ctx context.Context, mux *http.ServeMux, sampling float64) (http.Handler, error) {
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
	composed, err := meters.Meter("byhand").Int64Counter("greetings.composed")
	if err != nil {
		return nil, err
	}
	g := greeter{
		logger:   slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelWarn})),
		tracer:   tracers.Tracer("byhand"),
		composed: composed,
	}
	mux.HandleFunc(pattern, g.greet)
	return otelhttp.NewHandler(mux, "", otelhttp.WithTracerProvider(tracers), otelhttp.WithMeterProvider(meters),
		otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))), nil
}

// greeter does what the example of an emitted service does.
type greeter struct {
	logger   *slog.Logger
	tracer   trace.Tracer
	composed metric.Int64Counter
}

func (g greeter) greet(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	ctx, span := g.tracer.Start(r.Context(), "compose greeting")
	defer span.End()
	span.SetAttributes(attribute.Int("greeting.name_length", len(name)))
	g.logger.InfoContext(ctx, "greeting composed", "name_length", len(name))
	g.composed.Add(ctx, 1, metric.WithAttributes(attribute.String("outcome", "composed")))
	greet(w, r)
}
