package instrument

import (
	"fmt"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// points returns the attributes of a metric's points, each with its count and its sum.
func (o observed) points(t *testing.T, metric string) []string {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := o.reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	var points []string
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name != metric {
				continue
			}
			switch data := m.Data.(type) {
			case metricdata.Histogram[int64]:
				for _, p := range data.DataPoints {
					points = append(points, fmt.Sprintf("%d %d %s", p.Count, p.Sum, p.Attributes.Encoded(attribute.DefaultEncoder())))
				}
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					points = append(points, fmt.Sprintf("%d %s", p.Count, p.Attributes.Encoded(attribute.DefaultEncoder())))
				}
			}
		}
	}
	return points
}
