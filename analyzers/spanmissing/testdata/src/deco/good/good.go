// Package good uses what is decorated, or what is not known.
package good

import (
	"context"

	"deco/store"
)

type service struct {
	store store.Store
	other store.Other
	clock store.Clock
	more  []store.Store
}

func newService(s store.Store) *service { return &service{store: s} }

func count(s ...store.Store) int { return len(s) }

func migrate(m *store.Memory) {}

func good(ctx context.Context) {
	_ = newService(store.TraceStore(store.NewMemory()))
	_ = newService(store.NewTraced())
	_ = newService(store.Indirect())
	_ = &service{other: store.NewOther(), clock: store.NewClock()}
	m := store.NewMemory()
	migrate(m)
	_ = newService(store.TraceStore(m))
	n := store.NewMemory()
	_, _ = n.Get(ctx, "its own method, not the interface's")
}

func reassigned() *service {
	s, err := store.Open("x")
	if err != nil {
		return nil
	}
	s = store.TraceStore(s)
	return newService(s)
}

func given(s store.Store) *service { return newService(s) }

func several(on bool) *service {
	m := store.NewMemory()
	if on {
		return newService(m)
	}
	return newService(store.TraceStore(m))
}

func listed() *service { return &service{more: []store.Store{store.NewMemory()}} }

func variadic() int { return count(store.NewMemory()) }

func mine(m *store.Memory) *store.Memory { return m }

func returned() store.Store { return store.NewMemory() } // who calls it is told
