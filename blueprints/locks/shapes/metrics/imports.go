// Package metrics imports what a service imports that sends metrics, its tests included.
//
// It compiles and is never emitted: it keeps these modules in go.mod at one version, and
// the hashes that such a service needs are recorded from it.
package metrics

import (
	_ "go.opentelemetry.io/contrib/instrumentation/runtime"
	_ "go.opentelemetry.io/otel/sdk/metric"
	_ "go.opentelemetry.io/otel/sdk/metric/exemplar"
	_ "go.opentelemetry.io/otel/sdk/metric/metricdata"
)
