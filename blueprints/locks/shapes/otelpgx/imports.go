// Package otelpgx imports the tracer that a service with telemetry.middleware contrib may
// give to pgx instead of its own.
//
// It compiles and is never emitted: it keeps these modules in go.mod at one version, and
// the hashes that such a service needs are recorded from it.
package otelpgx

import (
	_ "github.com/exaring/otelpgx"
)
