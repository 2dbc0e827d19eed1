// Package bad uses what is not decorated.
package bad

import (
	"context"

	"deco/store"
)

type service struct{ store store.Store }

func newService(s store.Store) *service { return &service{s} }

func argument() *service {
	return newService(store.NewMemory()) // want `used without the decorator .* wrap it with store.TraceStore`
}

func field() *service {
	return &service{store: store.NewMemory()} // want `used without the decorator`
}

func assigned(s *service) {
	s.store = store.NewMemory() // want `used without the decorator`
}

func variable(ctx context.Context) *service {
	s := store.NewMemory()
	s.Do(ctx)
	return newService(s) // want `used without the decorator`
}

func withError() (*service, error) {
	s, err := store.Open("x")
	if err != nil {
		return nil, err
	}
	return newService(s), nil // want `used without the decorator`
}

func called(ctx context.Context) error {
	s, err := store.Open("x") // want `used without the decorator`
	if err != nil {
		return err
	}
	_, err = s.Get(ctx, "a")
	return err
}

func declared(ctx context.Context) {
	var s store.Store = store.NewMemory() // want `used without the decorator`
	_, _ = s.Get(ctx, "a")
}

func generic[T any](t T) *service {
	return newService(store.NewMemory()) // want `used without the decorator`
}

func closure() func() *service {
	return func() *service { return newService(store.NewMemory()) } // want `used without the decorator`
}
