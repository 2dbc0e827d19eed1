// Package fresh has files that are up to date.
package fresh

import "context"

//go:generate gen trace -type Store
//go:generate go tool gen trace --type=Generic
//go:generate gen trace -type Both,Store -o both_trace.go
//go:generate stringer -type Kind

// Store keeps things. This one is none either.
type Store interface {
	//gen:attr thing.id=id
	Get(ctx context.Context, id string) (*Thing, error)
}

type Generic[K comparable] interface {
	Put(ctx context.Context, key K) error
}

type Both interface {
	Store
	Close(ctx context.Context) error
}

// Thing may change as it likes: no attribute leads into it.
type Thing struct{ Name, More int }
