// Package contribhttp imports the HTTP middleware of OpenTelemetry's contrib repository, for
// a service with telemetry.middleware contrib that serves or calls HTTP.
//
// It compiles and is never emitted: it keeps these modules in go.mod at one version, and
// the hashes that such a service needs are recorded from it.
package contribhttp

import (
	_ "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)
