// Package made has the decorators that gen trace makes: with a provider, with an error, generic.
package made

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

//go:generate gen trace -type Store
//go:generate gen trace -type Meter -metrics
//go:generate gen trace -type Cache

type Store interface{ Get(ctx context.Context) error }

type Meter interface{ Read(ctx context.Context) error }

type Cache[K comparable, V any] interface {
	Load(ctx context.Context, key K) (V, error)
}

// Meters stands for a provider of meters.
type Meters interface{}

type Memory struct{}

func NewMemory() *Memory { return &Memory{} }

func (*Memory) Get(ctx context.Context) error                           { return nil }
func (*Memory) Read(ctx context.Context) error                          { return nil }
func (*Memory) Load(ctx context.Context, key string) (v int, err error) { return 0, nil }

func Traced(provider trace.TracerProvider) Store { return TraceStore(NewMemory(), provider) }

func Measured(provider trace.TracerProvider, meters Meters) (Meter, error) {
	return TraceMeter(NewMemory(), provider, meters)
}

func Cached(provider trace.TracerProvider) Cache[string, int] {
	return TraceCache[string, int](NewMemory(), provider)
}
