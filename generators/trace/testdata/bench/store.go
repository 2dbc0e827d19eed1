// Package bench has an interface with three decorators: the one that gen trace makes, the one that
// is usually written by hand, and for each call the least that the API of traces can do.
package bench

import (
	"context"
	"iter"
)

//go:generate gen trace -type Store
//go:generate gen trace -type Measured -metrics -logs

// Item is kept.
type Item struct{ ID string }

// Store keeps texts.
type Store interface {
	//gen:attr user.id=id
	//gen:attr app.limit=limit
	Get(ctx context.Context, id string, limit int64) (string, error)

	All(ctx context.Context) iter.Seq2[Item, error]
}

// Measured keeps texts and is measured.
type Measured interface {
	//gen:attr user.id=id
	//gen:attr app.limit=limit
	Get(ctx context.Context, id string, limit int64) (string, error)
}
