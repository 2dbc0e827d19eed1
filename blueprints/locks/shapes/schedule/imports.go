// Package schedule imports what a service imports that works at the times of a cron
// expression.
//
// It compiles and is never emitted: it keeps these modules in go.mod at one version, and
// the hashes that such a service needs are recorded from it.
package schedule

import (
	_ "github.com/robfig/cron/v3"
)
