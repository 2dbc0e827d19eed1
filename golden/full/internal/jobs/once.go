package jobs

import (
	"context"

	"example.com/acme/payments/v2/internal/greetings"
	"example.com/acme/payments/v2/internal/worker"
)

// Once returns a handler by which a job's greeting is kept once, however often it comes.
func Once(handle worker.Handler) worker.Handler {
	return func(ctx context.Context, job *worker.Job) error {
		return handle(greetings.WithKey(ctx, job.ID), job)
	}
}
