// Package logs imports what a service imports that sends logs, its tests included.
//
// It compiles and is never emitted: it keeps these modules in go.mod at one version, and
// the hashes that such a service needs are recorded from it.
package logs

import (
	_ "go.opentelemetry.io/contrib/bridges/otelslog"
	_ "go.opentelemetry.io/otel/log"
	_ "go.opentelemetry.io/otel/log/global"
	_ "go.opentelemetry.io/otel/log/noop"
	_ "go.opentelemetry.io/otel/sdk/log"
)
