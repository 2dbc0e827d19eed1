package telemetry

import (
	"context"
	"os"

	"go.opentelemetry.io/contrib/instrumentation/runtime"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// cardinalityLimit bounds the attribute sets of one metric; what is beyond it is summed
// under otel.metric.overflow.
const cardinalityLimit = 2000

// NewMeterProvider exports the service's metrics, those of the Go runtime and
// telemetry.dropped. With OTEL_METRICS_EXPORTER=none nothing is exported.
func NewMeterProvider(res *resource.Resource, exp sdkmetric.Exporter, drops *Drops) (*sdkmetric.MeterProvider, error) {
	options := []sdkmetric.Option{
		sdkmetric.WithResource(res), sdkmetric.WithCardinalityLimit(cardinalityLimit), sdkmetric.WithView(serverView()),
	}
	if os.Getenv("OTEL_METRICS_EXPORTER") != "none" {
		options = append(options, sdkmetric.WithReader(sdkmetric.NewPeriodicReader(metricExporter{exp, drops})))
	}
	mp := sdkmetric.NewMeterProvider(options...)
	if err := runtime.Start(runtime.WithMeterProvider(mp)); err != nil {
		return nil, err
	}
	_, err := mp.Meter("telemetry").Int64ObservableCounter("telemetry.dropped",
		metric.WithUnit("{item}"),
		metric.WithDescription("Spans, metrics and log records that did not reach the collector."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			for l, n := range drops.totals() {
				o.Observe(n, metric.WithAttributes(attribute.String("signal", l.signal), attribute.String("reason", l.reason)))
			}
			return nil
		}))
	return mp, err
}

// serverView keeps from a server's metrics what a client may choose freely, the Host
// header above all: each new value would be a new time series.
func serverView() sdkmetric.View {
	return sdkmetric.NewView(sdkmetric.Instrument{Name: "http.server.*"}, sdkmetric.Stream{
		AttributeFilter: attribute.NewDenyKeysFilter(
			semconv.ServerAddressKey, semconv.ServerPortKey, semconv.ClientAddressKey, semconv.ClientPortKey,
			semconv.URLFullKey, semconv.URLPathKey, semconv.URLQueryKey, semconv.UserAgentOriginalKey),
	})
}

type metricExporter struct {
	sdkmetric.Exporter
	drops *Drops
}

func (e metricExporter) Export(ctx context.Context, rm *metricdata.ResourceMetrics) error {
	err := e.Exporter.Export(ctx, rm)
	if err != nil {
		var n int64
		for _, scope := range rm.ScopeMetrics {
			n += int64(len(scope.Metrics))
		}
		e.drops.add("metrics", "export_failed", n)
	}
	return err
}
