package lifecycle

import (
	"context"
	"errors"
	"log/slog"
	"net"
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

// server is a Server that plays by a script.
type server struct {
	script  *script
	fails   error         // of Serve, at once
	pending time.Duration // how long the requests in flight take
	stopped chan struct{}
}

func (s *server) Serve(net.Listener) error {
	if s.fails != nil {
		return s.fails
	}
	<-s.stopped
	return nil
}

func (s *server) Drain() { s.script.note("drain") }

func (s *server) Shutdown(ctx context.Context) error {
	defer close(s.stopped)
	s.script.note("shutdown")
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(s.pending):
		s.script.note("stopped")
		return nil
	}
}

// play runs a service around server, ends it after a second unless it ends by itself, and
// returns what happened.
func play(t *testing.T, server *server) ([]string, error) {
	server.script = &script{began: time.Now()}
	server.stopped = make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	time.AfterFunc(time.Second, cancel)
	service := Service{
		Parts: []Part{On(&net.TCPListener{}, server)},
		Tasks: []func(context.Context){func(ctx context.Context) {
			<-ctx.Done()
			server.script.note("task ended")
		}},
		NotReady:     func() { server.script.note("not ready") },
		LameDuck:     5 * time.Second,
		DrainTimeout: 15 * time.Second,
		Logger:       slog.New(slog.DiscardHandler),
	}
	err := service.Run(ctx)
	return server.script.lines, err
}

func TestRunEndsByTheBook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lines, err := play(t, &server{pending: 3 * time.Second})
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
		lines, err := play(t, &server{pending: time.Hour})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want that the deadline was exceeded", err)
		}
		if got, want := lines[len(lines)-1], "21s task ended"; got != want {
			t.Errorf("got %q last, want %q", got, want)
		}
	})
}

func TestRunEndsWhenAServerFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		if _, err := play(t, &server{fails: broken}); !errors.Is(err, broken) {
			t.Errorf("got %v, want %v", err, broken)
		}
	})
}
