package bench

import (
	"context"
	"iter"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

type usual struct {
	next   Store
	tracer trace.Tracer
}

// Usual returns the decorator that is usually written: attributes go into Start whether or not
// anybody records them, and an error becomes an event.
func Usual(next Store, provider trace.TracerProvider) Store {
	return &usual{next, provider.Tracer("bench")}
}

func (u *usual) Get(ctx context.Context, id string, limit int64) (result string, err error) {
	ctx, span := u.tracer.Start(ctx, "Store.Get", trace.WithAttributes(
		attribute.String("user.id", id),
		attribute.Int64("app.limit", limit),
	))
	defer func() {
		if err != nil {
			span.RecordError(err)
			span.SetStatus(codes.Error, err.Error())
		}
		span.End()
	}()
	return u.next.Get(ctx, id, limit)
}

func (u *usual) All(ctx context.Context) iter.Seq2[Item, error] {
	ctx, span := u.tracer.Start(ctx, "Store.All")
	defer span.End() // before the first element
	return u.next.All(ctx)
}

type least struct {
	next   Store
	tracer trace.Tracer
}

// Least returns the decorator that records nothing but a span.
func Least(next Store, provider trace.TracerProvider) Store {
	return &least{next, provider.Tracer("bench")}
}

func (l *least) Get(ctx context.Context, id string, limit int64) (string, error) {
	ctx, span := l.tracer.Start(ctx, "bench.Store/Get")
	defer span.End()
	return l.next.Get(ctx, id, limit)
}

func (l *least) All(ctx context.Context) iter.Seq2[Item, error] { return l.next.All(ctx) }

// Memory is the store that is decorated.
type Memory struct{ Err error }

// Get returns the id.
func (m Memory) Get(_ context.Context, id string, _ int64) (string, error) { return id, m.Err }

// All yields three items.
func (m Memory) All(context.Context) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for range 3 {
			if !yield(Item{}, m.Err) {
				return
			}
		}
	}
}
