package ops

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := errors.New("away")
		var runs atomic.Int64
		answer := make(chan error)
		ready := Bounded(func() error {
			runs.Add(1)
			return <-answer
		})

		var asking sync.WaitGroup
		for range 100 {
			asking.Go(func() {
				start := time.Now()
				if err := ready(); !errors.Is(err, errSlow) {
					t.Errorf("got %v, want %v", err, errSlow)
				}
				if took := time.Since(start); took != checkTimeout {
					t.Errorf("took %v, want %v", took, checkTimeout)
				}
			})
		}
		asking.Wait()
		for range 100 {
			asking.Go(func() {
				if err := ready(); !errors.Is(err, away) {
					t.Errorf("got %v, want %v", err, away)
				}
			})
		}
		synctest.Wait()
		if n := runs.Load(); n != 1 {
			t.Errorf("%d checks run at once, want 1", n)
		}
		answer <- away
		asking.Wait()

		go func() { answer <- nil }()
		if err := ready(); err != nil || runs.Load() != 2 {
			t.Errorf("got %v after %d runs, want a second that passes", err, runs.Load())
		}
	})
}
