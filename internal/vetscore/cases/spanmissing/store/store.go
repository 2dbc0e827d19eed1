// Package store has an interface that asks for a decorator, and constructors.
package store

import (
	"context"
	"errors"
	"time"
)

//go:generate gen trace -type Store

// Store keeps orders.
type Store interface {
	Order(ctx context.Context, id string) (string, error)
	Put(ctx context.Context, id, order string) error
}

type memory struct{ orders map[string]string }

// NewMemory returns a store in memory.
func NewMemory() Store { return &memory{map[string]string{}} }

// Open returns a store on disk.
func Open(dir string) (Store, error) {
	if dir == "" {
		return nil, errors.New("no folder")
	}
	return &memory{map[string]string{}}, nil
}

func (m *memory) Order(ctx context.Context, id string) (string, error) {
	return m.orders[id], ctx.Err()
}

func (m *memory) Put(ctx context.Context, id, order string) error {
	m.orders[id] = order
	return ctx.Err()
}

// Clock tells the time, and nobody asks for a decorator of it.
type Clock interface {
	Now(ctx context.Context) time.Time
}

type wall struct{}

// NewClock returns the wall clock.
func NewClock() Clock { return wall{} }

func (wall) Now(context.Context) time.Time { return time.Now() }
