// Package prometheus imports what a service imports that offers its metrics to Prometheus on
// a listener of their own.
//
// It compiles and is never emitted: it keeps these modules in go.mod at one version, and
// the hashes that such a service needs are recorded from it.
package prometheus

import (
	_ "github.com/prometheus/client_golang/prometheus"
	_ "github.com/prometheus/client_golang/prometheus/collectors"
	_ "github.com/prometheus/client_golang/prometheus/promhttp"
	_ "go.opentelemetry.io/otel/exporters/prometheus"
)
