// Package changed has files whose inputs have changed.
package changed

import (
	"context"

	"td/other"
)

//go:generate gen trace -type Store
//go:generate gen trace -type Named
//go:generate gen trace -type Path
//go:generate gen trace -type other.Store -o other_trace.go
//go:generate gen client -type API,Second -id spiffe://acme.example/api -no-double

type Store interface {
	//gen:attr thing.key=id
	Get(ctx context.Context, id string) error
}

type Named interface {
	Get(ctx context.Context, key string) error
}

type Path interface {
	//gen:attr thing.id=t.ID
	Put(ctx context.Context, t Thing) error
}

type Thing struct{ ID int }

type API interface {
	//gen:http GET /thing/{id}
	Get(ctx context.Context, id string) (string, error)
}

type Second interface {
	//gen:http GET /seconds/{id}
	Get(ctx context.Context, id string) (string, error)
}

var _ other.Store
