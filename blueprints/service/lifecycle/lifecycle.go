// Package lifecycle runs the parts of a service together and ends them in the order that
// loses no request: not ready, a pause in which balancers notice, drain, stop.
package lifecycle

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// Part is what runs until it is shut down: a server on its listener, a worker on its source.
type Part interface {
	Run() error                     // nil after Shutdown
	Drain()                         // take nothing new: ask clients to leave
	Shutdown(context.Context) error // wait for what is in flight until the context ends
}

// Service is what runs.
type Service struct {
	Parts    []Part
	Tasks    []func(context.Context) // run beside the parts until their context ends
	NotReady func()                  // called when the end begins

	LameDuck     time.Duration // between NotReady and the drain
	DrainTimeout time.Duration // for the requests in flight
	Logger       *slog.Logger
}

// Run runs the parts until ctx ends or one of them fails, then ends the service by the book.
// It returns nil when everything in flight was answered.
func (s *Service) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	tasks, stopTasks := context.WithCancel(context.WithoutCancel(ctx))
	defer stopTasks()

	var running sync.WaitGroup
	for _, task := range s.Tasks {
		running.Go(func() { task(tasks) })
	}
	for _, part := range s.Parts {
		running.Go(func() {
			if err := part.Run(); err != nil {
				cancel(err)
			}
		})
	}
	<-ctx.Done()

	err := s.stop(ctx)
	stopTasks()
	running.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		err = errors.Join(cause, err)
	}
	return err
}

func (s *Service) stop(ctx context.Context) error {
	s.Logger.InfoContext(ctx, "stopping", "lame_duck", s.LameDuck.String(), "drain_timeout", s.DrainTimeout.String())
	s.NotReady()
	for _, part := range s.Parts {
		part.Drain()
	}
	time.Sleep(s.LameDuck)

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.DrainTimeout)
	defer cancel()
	errs := make(chan error, len(s.Parts))
	for _, part := range s.Parts {
		go func() { errs <- part.Shutdown(ctx) }()
	}
	var err error
	for range s.Parts {
		err = errors.Join(err, <-errs)
	}
	return err
}
