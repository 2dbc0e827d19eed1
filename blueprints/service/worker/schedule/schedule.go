// Package schedule is a worker.Source of runs that are due by the clock.
//
// A run that fails comes again until it succeeds, and no run begins before the last one has
// ended. Of the times that pass meanwhile, those before the attempt that succeeds are served
// by it, and those during that attempt are one run right after it. Nothing is remembered
// across a restart, and every replica has a clock of its own: the same planned time has the
// same Job.ID everywhere, by which a handler can see to it that only one acts.
package schedule

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/mintwright/mintwright/blueprints/service/worker"
)

// look is how long a wait for the clock is at most: a clock that is set is noticed by then.
const look = time.Minute

// Source is a worker.Source with one run at a time.
type Source struct {
	name     string
	schedule cron.Schedule
	next     chan run // holds the run to come, and none while one is in hand
	due      atomic.Pointer[time.Time]
}

// run is one planned run.
type run struct {
	due     time.Time
	from    time.Time // not before, as it failed
	started time.Time
	attempt int
}

// New returns a source of runs by expression: the five fields of cron, or a descriptor such
// as @hourly or @every 10m, with CRON_TZ=Europe/Berlin and a space before it for a time zone
// other than the machine's.
func New(name, expression string) (*Source, error) {
	if zone, _, ok := strings.Cut(expression, " "); !ok && strings.Contains(zone, "TZ=") {
		return nil, fmt.Errorf("schedule %q: nothing follows the time zone", expression) // the parser would panic
	}
	parsed, err := cron.ParseStandard(expression)
	if err != nil {
		return nil, fmt.Errorf("schedule %q: %w", expression, err)
	}
	first := parsed.Next(time.Now())
	if first.IsZero() {
		return nil, fmt.Errorf("schedule %q: that time never comes", expression)
	}
	s := &Source{name: name, schedule: parsed, next: make(chan run, 1)}
	s.plan(run{due: first})
	return s, nil
}

func (s *Source) plan(r run) {
	s.due.Store(&r.due)
	s.next <- r
}

// Origin names the schedule.
func (s *Source) Origin() (system, destination string) { return "schedule", s.name }

// Receive waits for the next run to be due.
func (s *Source) Receive(ctx context.Context) (*worker.Job, error) {
	var r run
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r = <-s.next:
	}
	at := r.due
	if r.from.After(at) {
		at = r.from
	}
	select {
	case <-ctx.Done():
	case <-time.After(min(time.Until(at), look)):
	}
	if ctx.Err() != nil || time.Now().Before(at) {
		s.next <- r
		return nil, ctx.Err()
	}
	r.started, r.attempt = time.Now(), r.attempt+1
	id := s.name + "@" + r.due.UTC().Format(time.RFC3339)
	return &worker.Job{ID: id, Attempt: r.attempt, Enqueued: r.due, Lease: r}, nil
}

// Ack plans the next run.
func (s *Source) Ack(_ context.Context, job *worker.Job) error {
	s.plan(run{due: s.schedule.Next(job.Lease.(run).started)})
	return nil
}

// Nack plans the same run again, or the next one when this is given up.
func (s *Source) Nack(ctx context.Context, job *worker.Job, nack worker.Nack) error {
	if nack.Dead {
		return s.Ack(ctx, job)
	}
	r := job.Lease.(run)
	r.from = time.Now().Add(nack.After)
	s.plan(r)
	return nil
}

// Lag returns the run that is due, with its age, until it is done.
func (s *Source) Lag(context.Context) (jobs int64, oldest time.Duration, err error) {
	if late := time.Since(*s.due.Load()); late >= 0 {
		return 1, late, nil
	}
	return 0, 0, nil
}
