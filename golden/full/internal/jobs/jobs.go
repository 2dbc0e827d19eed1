// Package jobs is what this service does with the jobs of its worker: a worked example to
// replace with your own. A job may come twice, with the same worker.IdempotencyKey.
package jobs

import (
	"context"

	"example.com/acme/payments/v2/internal/greetings"
)

// Greeter composes greetings; greetings.Composer is one.
type Greeter interface {
	Compose(ctx context.Context, name string) (greetings.Greeting, error)
}
