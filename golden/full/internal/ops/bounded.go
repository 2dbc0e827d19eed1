package ops

import (
	"errors"
	"sync"
	"time"
)

// checkTimeout is how long a probe waits for one check; Kubernetes' own wait no longer.
const checkTimeout = time.Second

var errSlow = errors.New("no answer within " + checkTimeout.String())

// Bounded makes a Ready of ready that may block, as what asks another process does. However
// many probes there are, ready runs once at a time, for all who ask meanwhile, and none of
// them waits longer than a second.
func Bounded(ready func() error) func() error {
	type run struct {
		done chan struct{}
		err  error
	}
	var mu sync.Mutex
	var current *run
	return func() error {
		mu.Lock()
		r := current
		if r == nil {
			r = &run{done: make(chan struct{})}
			current = r
			go func() {
				r.err = ready()
				mu.Lock()
				current = nil
				mu.Unlock()
				close(r.done)
			}()
		}
		mu.Unlock()
		select {
		case <-r.done:
			return r.err
		case <-time.After(checkTimeout):
			return errSlow
		}
	}
}
