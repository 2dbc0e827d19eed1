// Package line has a line that was changed.
package line

import "context"

//go:generate gen trace -type Store -metrics -o store_trace.go

type Store interface {
	Get(ctx context.Context, id string) error
}
