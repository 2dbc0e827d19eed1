package jobs

import (
	"context"

	"github.com/mintwright/mintwright/blueprints/service/greetings"
	"github.com/mintwright/mintwright/blueprints/service/worker"
)

// Once returns a handler by which a job's greeting is kept once, however often it comes.
func Once(handle worker.Handler) worker.Handler {
	return func(ctx context.Context, job *worker.Job) error {
		return handle(greetings.WithKey(ctx, job.ID), job)
	}
}
