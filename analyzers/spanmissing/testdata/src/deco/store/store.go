// Package store has an interface with a decorator.
package store

import "context"

//go:generate go tool gen trace --type=Store,Other

type Store interface {
	Get(ctx context.Context, id string) (string, error)
}

// Other has a directive and no decorator yet.
type Other interface{ Do(ctx context.Context) }

// Clock has no directive.
type Clock interface{ Now() int }

type Memory struct{}

func NewMemory() *Memory { return &Memory{} }

func (*Memory) Get(ctx context.Context, id string) (string, error) { return id, nil }
func (*Memory) Do(ctx context.Context)                            {}
func (*Memory) Now() int                                          { return 0 }

func Open(dir string) (Store, error) { return &Memory{}, nil }

func NewOther() Other { return &Memory{} }

func NewClock() Clock { return &Memory{} }

func NewTraced() Store { return TraceStore(NewMemory()) }

func Indirect() Store { return NewTraced() }

type service struct{ store Store }

func inside() *service { return &service{NewMemory()} } // want `this Store is used without the decorator that go:generate makes for it, so its calls have no spans: wrap it with TraceStore`

func insideGood() *service { return &service{TraceStore(NewMemory())} }
