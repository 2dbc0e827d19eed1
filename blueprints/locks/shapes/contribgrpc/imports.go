// Package contribgrpc imports the gRPC middleware of OpenTelemetry's contrib repository, for
// a service with telemetry.middleware contrib that serves or calls gRPC.
//
// It compiles and is never emitted: it keeps these modules in go.mod at one version, and
// the hashes that such a service needs are recorded from it.
package contribgrpc

import (
	_ "go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
)
