package worker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

const (
	settleTimeout   = 5 * time.Second // of an Ack or a Nack
	interruptGrace  = 2 * time.Second // for handlers to return once they are told to, and for the last Receive
	defaultAttempts = 10              // some eight minutes

	firstRetry, lastRetry     = time.Second, 5 * time.Minute             // of a job
	firstReceive, lastReceive = 100 * time.Millisecond, 30 * time.Second // of a source that is away
)

// Options is what a Pool is made of; every field but Attempts is required.
type Options struct {
	Source      Source
	Handle      Handler
	Concurrency int           // jobs at once
	Timeout     time.Duration // of one run of a job; the source leases a job for longer
	Attempts    int           // deliveries before a job that fails is put aside: 0 means 10, less than 0 no end
	Logger      *slog.Logger
	Tracers     trace.TracerProvider
	Meters      metric.MeterProvider
}

// outcome is what became of a delivery.
type outcome string

const (
	done      outcome = "done"
	retried   outcome = "retried"   // it failed, and comes again later
	returned  outcome = "returned"  // cut off by the end of the service, for another replica
	dead      outcome = "dead"      // put aside
	duplicate outcome = "duplicate" // not run, as it is done or in hand here
)

// Pool runs jobs until it is shut down. It is a lifecycle.Part.
type Pool struct {
	o         Options
	telemetry *telemetry
	ledger    *ledger
	slots     chan struct{} // full when nothing more can be taken in hand

	draining  context.Context // ends with Drain
	drain     context.CancelFunc
	working   context.Context // ends when Shutdown waits no longer
	interrupt context.CancelFunc

	mu       sync.Mutex
	away     error // of the source, nil while it is well
	failures int   // of Receive in a row
	logged   time.Time
}

// New returns a pool; it takes the first job when it runs.
func New(o Options) (*Pool, error) {
	if o.Concurrency < 1 || o.Timeout <= 0 {
		return nil, fmt.Errorf("a worker needs a concurrency and a timeout above zero, not %d and %s", o.Concurrency, o.Timeout)
	}
	o.Attempts = cmp.Or(o.Attempts, defaultAttempts)
	t, err := newTelemetry(o.Source, o.Tracers, o.Meters)
	if err != nil {
		return nil, err
	}
	p := &Pool{o: o, telemetry: t, ledger: newLedger(), slots: make(chan struct{}, o.Concurrency)}
	p.draining, p.drain = context.WithCancel(context.Background())
	p.working, p.interrupt = context.WithCancel(context.Background())
	return p, nil
}

// Run takes jobs and runs them until Drain. It returns nil: a source that is away comes back.
func (p *Pool) Run() error {
	for p.draining.Err() == nil {
		select {
		case <-p.draining.Done():
		case p.slots <- struct{}{}:
			job := p.receive()
			if job == nil {
				<-p.slots
				continue
			}
			go func() {
				defer func() { <-p.slots }()
				p.process(job)
			}()
		}
	}
	return nil
}

// Ready returns nil while the source is well, else what is wrong with it.
func (p *Pool) Ready() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.away
}

// Drain takes no more jobs; those in hand go on.
func (p *Pool) Drain() { p.drain() }

// Shutdown drains and waits for the jobs in hand until ctx ends. Then it cuts them off and
// gives them back, so that another replica takes them at once, and returns how many they were.
func (p *Pool) Shutdown(ctx context.Context) error {
	p.drain()
	free := 0
	idle := func(ctx context.Context) bool {
		for ; free < cap(p.slots); free++ {
			select {
			case p.slots <- struct{}{}:
			case <-ctx.Done():
				return false
			}
		}
		return true
	}
	if idle(ctx) {
		return nil
	}
	late := p.ledger.held()
	p.interrupt()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), interruptGrace)
	defer cancel()
	if !idle(grace) { // a handler does not heed its context: settle in its place
		var giving sync.WaitGroup
		for _, job := range p.ledger.held() {
			giving.Go(func() { p.conclude(p.working, job, context.Canceled) })
		}
		giving.Wait()
	}
	if len(late) == 0 {
		return nil // only the source kept us waiting
	}
	return fmt.Errorf("%d jobs cut off and given back: %w", len(late), context.Cause(ctx))
}

// receive returns a job, or nil when there is none. It waits while the source is away.
func (p *Pool) receive() *Job {
	job, err := p.o.Source.Receive(p.draining)
	if p.draining.Err() != nil {
		return job // which may have been taken just before
	}
	failures := p.note(err)
	if failures > 0 {
		select {
		case <-p.draining.Done():
		case <-time.After(Backoff(failures, firstReceive, lastReceive)):
		}
	}
	return job
}

// note remembers how the source is, and logs trouble when it begins, once a minute while it
// lasts, and when it is over. It returns the number of failures in a row.
func (p *Pool) note(err error) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	began := p.away == nil
	if err == nil && began {
		return 0
	}
	system, name := p.o.Source.Origin()
	log := p.o.Logger.With("source", system, "destination", name)
	if err == nil {
		log.Info("the source is back", "failures", p.failures)
		p.away, p.failures = nil, 0
		return 0
	}
	if began || time.Since(p.logged) >= time.Minute {
		p.logged = time.Now()
		log.Error("no jobs from the source", "error", err, "failures", p.failures)
	}
	p.away, p.failures = fmt.Errorf("%s %q: %w", system, name, err), p.failures+1
	return p.failures
}

// process runs job and settles it.
func (p *Pool) process(job *Job) {
	isDone, taken := p.ledger.take(job)
	switch {
	case isDone:
		p.settle(p.working, job, duplicate, Nack{})
		return
	case !taken: // it will be done by then
		p.settle(p.working, job, duplicate, Nack{Cause: errors.New("in hand already"), After: p.o.Timeout})
		return
	}
	defer p.ledger.release(job, false) // unless it is concluded

	ctx, span := p.telemetry.start(p.working, job)
	defer span.End()
	err := fmt.Errorf("delivered %d times and never settled: %w", job.Attempt, ErrPoison)
	if p.o.Attempts < 0 || job.Attempt <= 2*p.o.Attempts { // more means that it ends the process
		start := time.Now()
		err = p.run(ctx, job)
		p.telemetry.ran(ctx, span, time.Since(start), err)
	}
	p.conclude(ctx, job, err)
}

// run calls the handler; a panic is an error.
func (p *Pool) run(ctx context.Context, job *Job) (err error) {
	ctx, cancel := context.WithTimeout(ctx, p.o.Timeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
			p.o.Logger.ErrorContext(ctx, "job panicked", "job_id", job.ID, "error", err, "stack", string(debug.Stack()))
		}
	}()
	return p.o.Handle(context.WithValue(ctx, jobKey{}, job.ID), job)
}

// conclude settles a job in hand by the error of its run.
func (p *Pool) conclude(ctx context.Context, job *Job, err error) {
	if !p.ledger.release(job, err == nil) {
		return
	}
	if err == nil {
		p.settle(ctx, job, done, Nack{})
		return
	}
	nack := Nack{Cause: err, After: Backoff(job.Attempt, firstRetry, lastRetry)}
	log := p.o.Logger.With("job_id", job.ID, "attempt", job.Attempt, "error", err)
	switch {
	case errors.Is(err, ErrPoison), p.working.Err() == nil && p.o.Attempts > 0 && job.Attempt >= p.o.Attempts:
		log.ErrorContext(ctx, "job put aside")
		nack.Dead = true
		p.settle(ctx, job, dead, nack)
	case p.working.Err() != nil:
		log.WarnContext(ctx, "job cut off and given back")
		nack.After = 0
		p.settle(ctx, job, returned, nack)
	default:
		log.WarnContext(ctx, "job failed", "retry_after", nack.After.String())
		p.settle(ctx, job, retried, nack)
	}
}

// settle tells the source what became of job, also after ctx has ended, and counts it. A nack
// without a cause is an acknowledgement.
func (p *Pool) settle(ctx context.Context, job *Job, o outcome, nack Nack) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer cancel()
	p.telemetry.jobs.Add(ctx, 1, p.telemetry.outcomes[o])
	var err error
	if nack.Cause == nil {
		err = p.o.Source.Ack(ctx, job)
	} else {
		err = p.o.Source.Nack(ctx, job, nack)
	}
	if err != nil {
		p.o.Logger.WarnContext(ctx, "job not settled: it comes again", "job_id", job.ID, "outcome", string(o), "error", err)
	}
}
