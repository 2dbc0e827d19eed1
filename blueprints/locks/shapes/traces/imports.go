// Package traces imports what a service imports that sends traces, its tests included.
//
// It compiles and is never emitted: it keeps these modules in go.mod at one version, and
// the hashes that such a service needs are recorded from it.
package traces

import (
	_ "go.opentelemetry.io/otel/sdk/trace"
	_ "go.opentelemetry.io/otel/sdk/trace/tracetest"
)
