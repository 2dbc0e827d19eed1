// Three lines that were not run after what they read has changed.
//
// Evidence: rule.

package outputs

import "context"

// BAD-NEXT stale.output
//go:generate gen trace -type Store
// BAD-NEXT stale.output
//go:generate gen trace -type Queue
// BAD-NEXT stale.output
//go:generate gen trace -type Cache -logs -o cache_trace.go

// Store is decorated.
type Store interface {
	//gen:attr app.store.id=key
	Get(ctx context.Context, key string) (string, error)
}

// Queue is decorated.
type Queue interface {
	//gen:attr app.queue.length=job.Size
	Push(ctx context.Context, job Job) error
}

// Job has a size.
type Job struct{ Size int }

// Cache is decorated.
type Cache interface {
	Put(ctx context.Context, key string) error
}
