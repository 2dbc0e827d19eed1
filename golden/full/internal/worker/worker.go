// Package worker takes jobs from a source and runs a handler for each, a bounded number at once.
//
// A job is run at least once: what is not acknowledged comes again, here or in another
// replica. Its ID is the same every time, so that a handler can tell what it has done.
// A job that fails waits, longer each time, and is put aside at last; see Options.Attempts.
package worker

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// ErrPoison is wrapped by an error of a handler that no further attempt would mend: the job
// is put aside at once.
var ErrPoison = errors.New("poison job")

// Handler does a job. It ends early when its context does, and may be called again for a job
// that it has done.
type Handler func(context.Context, *Job) error

// Job is something to do.
type Job struct {
	ID       string // idempotency key: the same at every delivery, and never another job's
	Attempt  int    // 1 at the first delivery
	Body     []byte
	Enqueued time.Time
	Header   map[string]string // with the producer's trace context; see Inject
	Lease    any               // by which the source knows the delivery
}

type jobKey struct{}

// IdempotencyKey returns the ID of the job that ctx is the context of, or "" outside of one.
func IdempotencyKey(ctx context.Context) string {
	id, _ := ctx.Value(jobKey{}).(string)
	return id
}

// Nack says why a job goes back to its source, and what is to become of it.
type Nack struct {
	Cause error
	After time.Duration // before the next delivery
	Dead  bool          // no further delivery: put it aside, where a person finds it
}

// Source is where jobs come from. All methods but Receive may be called at the same time, and
// answer in bounded time.
type Source interface {
	// Origin returns the names of the system and of the destination in it, for telemetry.
	Origin() (system, destination string)
	// Receive waits for a job, or returns nil when none came in a while: then the source is
	// well. A job that it has taken before ctx ended it returns all the same.
	Receive(ctx context.Context) (*Job, error)
	// Ack ends the job for good.
	Ack(ctx context.Context, job *Job) error
	// Nack gives the job back.
	Nack(ctx context.Context, job *Job, nack Nack) error
	// Lag returns how many jobs are not done, and the age of the oldest.
	Lag(ctx context.Context) (jobs int64, oldest time.Duration, err error)
}

// Grace is how much longer than the timeout of its jobs a source leases one: time to settle it.
const Grace = 10 * time.Second

// Backoff returns how long to wait after failure n, counted from 1: first, doubled each time
// up to most, and of that a random part between the half and the whole.
func Backoff(n int, first, most time.Duration) time.Duration {
	wait := first
	for ; n > 1 && wait < most; n-- {
		wait *= 2
	}
	wait = min(wait, most)
	return wait - rand.N(wait/2+1)
}
