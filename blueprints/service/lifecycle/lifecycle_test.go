package lifecycle

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// script remembers what happened, and when.
type script struct {
	mu    sync.Mutex
	began time.Time
	lines []string
}

func (s *script) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, time.Since(s.began).String()+" "+what)
}

// part is a Part that plays by a script.
type part struct {
	script  *script
	fails   error         // of Run, at once
	pending time.Duration // how long the requests in flight take
	stopped chan struct{}
}

func (p *part) Run() error {
	if p.fails != nil {
		return p.fails
	}
	<-p.stopped
	return nil
}

func (p *part) Drain() { p.script.note("drain") }

func (p *part) Shutdown(ctx context.Context) error {
	defer close(p.stopped)
	p.script.note("shutdown")
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(p.pending):
		p.script.note("stopped")
		return nil
	}
}

// play runs a service around part, ends it after a second unless it ends by itself, and
// returns what happened.
func play(t *testing.T, part *part) ([]string, error) {
	part.script = &script{began: time.Now()}
	part.stopped = make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	time.AfterFunc(time.Second, cancel)
	service := Service{
		Parts: []Part{part},
		Tasks: []func(context.Context){func(ctx context.Context) {
			<-ctx.Done()
			part.script.note("task ended")
		}},
		NotReady:     func() { part.script.note("not ready") },
		LameDuck:     5 * time.Second,
		DrainTimeout: 15 * time.Second,
		Logger:       slog.New(slog.DiscardHandler),
	}
	err := service.Run(ctx)
	return part.script.lines, err
}

func TestRunEndsByTheBook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lines, err := play(t, &part{pending: 3 * time.Second})
		if err != nil {
			t.Error(err)
		}
		want := []string{"1s not ready", "1s drain", "6s shutdown", "9s stopped", "9s task ended"}
		if !slices.Equal(lines, want) {
			t.Errorf("got %q, want %q", lines, want)
		}
	})
}

func TestRunGivesUpOnRequestsThatNeverEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lines, err := play(t, &part{pending: time.Hour})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want that the deadline was exceeded", err)
		}
		if got, want := lines[len(lines)-1], "21s task ended"; got != want {
			t.Errorf("got %q last, want %q", got, want)
		}
	})
}

func TestRunEndsWhenAPartFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		if _, err := play(t, &part{fails: broken}); !errors.Is(err, broken) {
			t.Errorf("got %v, want %v", err, broken)
		}
	})
}
