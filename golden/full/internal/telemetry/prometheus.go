package telemetry

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	exporter "go.opentelemetry.io/otel/exporters/prometheus"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
)

// NewPrometheus has NewMeterProvider show its metrics to whoever scrapes the handler, at any
// path. Names follow OpenTelemetry's rules for Prometheus: http.server.request.duration is
// http_server_request_duration_seconds, the resource is target_info. Exemplars need a scrape
// that accepts OpenMetrics, as Prometheus' does.
//
// However many scrape, one collection runs at a time. What goes wrong is logged once a minute.
func NewPrometheus(drops *Drops) (sdkmetric.Option, http.Handler, error) {
	registry := prometheus.NewRegistry()
	reader, err := exporter.New(exporter.WithRegisterer(registry))
	if err != nil {
		return nil, nil, err
	}
	handler := promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		ErrorLog:            scrapeLog{drops},
		ErrorHandling:       promhttp.ContinueOnError, // one bad metric hides no other
		EnableOpenMetrics:   true,
		CoalesceGather:      true,
		MaxRequestsInFlight: 4,
		Timeout:             8 * time.Second,
	})
	return sdkmetric.WithReader(reader), handler, nil
}

// scrapeLog is what promhttp logs to.
type scrapeLog struct{ drops *Drops }

func (l scrapeLog) Println(v ...any) { l.drops.Handle(errors.New(fmt.Sprint(v...))) }
