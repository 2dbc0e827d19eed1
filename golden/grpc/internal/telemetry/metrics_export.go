package telemetry

import (
	"context"
	"os"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// ExportMetrics has NewMeterProvider send metrics by exp. With OTEL_METRICS_EXPORTER=none
// nothing is sent.
func ExportMetrics(exp sdkmetric.Exporter, drops *Drops) sdkmetric.Option {
	if os.Getenv("OTEL_METRICS_EXPORTER") == "none" {
		return sdkmetric.WithView() // of nothing
	}
	return sdkmetric.WithReader(sdkmetric.NewPeriodicReader(metricExporter{exp, drops}))
}

type metricExporter struct {
	sdkmetric.Exporter
	drops *Drops
}

func (e metricExporter) Export(ctx context.Context, rm *metricdata.ResourceMetrics) error {
	var n int64
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			mendMetric(m)
			n++
		}
	}
	err := e.Exporter.Export(ctx, rm)
	if err != nil {
		e.drops.add("metrics", "export_failed", n)
	}
	return err
}

// mendMetric mends attributes in place. A sum keeps each of its sets for as long as the
// process lives: a bad one would cost every export to come.
func mendMetric(m metricdata.Metrics) {
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		mendPoints(data.DataPoints)
	case metricdata.Sum[float64]:
		mendPoints(data.DataPoints)
	case metricdata.Gauge[int64]:
		mendPoints(data.DataPoints)
	case metricdata.Gauge[float64]:
		mendPoints(data.DataPoints)
	case metricdata.Histogram[int64]:
		mendHistogram(data.DataPoints)
	case metricdata.Histogram[float64]:
		mendHistogram(data.DataPoints)
	}
}

func mendPoints[N int64 | float64](points []metricdata.DataPoint[N]) {
	for i := range points {
		mendSet(&points[i].Attributes)
	}
}

func mendHistogram[N int64 | float64](points []metricdata.HistogramDataPoint[N]) {
	for i := range points {
		mendSet(&points[i].Attributes)
	}
}

func mendSet(set *attribute.Set) {
	if list, changed := mend(set.ToSlice(), mendAttribute); changed {
		*set = attribute.NewSet(list...)
	}
}
