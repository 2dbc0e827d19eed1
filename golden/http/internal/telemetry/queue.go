package telemetry

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
)

// markers is room in the SDK's queue for what is not counted: its own flush markers.
const markers = 64

// queue stands before and behind a batch processor of the SDK and counts what it loses. It
// admits no more than capacity items at once, so that the queue inside, made larger by
// markers, never overflows unseen.
type queue struct {
	signal   string
	drops    *Drops
	capacity int64
	pending  atomic.Int64 // admitted, not yet given to the exporter's end
	closed   atomic.Bool
}

// newQueue returns a queue for capacity items, unless the environment variable sizeVariable
// says otherwise.
func newQueue(signal, sizeVariable string, capacity int64, drops *Drops) *queue {
	if size, err := strconv.ParseInt(os.Getenv(sizeVariable), 10, 32); err == nil && size > 0 {
		capacity = size
	}
	return &queue{signal: signal, drops: drops, capacity: capacity}
}

// admit says whether there is room for one more; if not, it is dropped and counted.
func (q *queue) admit() bool {
	if q.pending.Add(1) <= q.capacity {
		return true
	}
	q.pending.Add(-1)
	q.drops.add(q.signal, "queue_full", 1)
	return false
}

// exported takes note of n items that the exporter has delivered, or lost with err.
func (q *queue) exported(n int, err error) error {
	q.pending.Add(-int64(n))
	if err != nil && !q.closed.Load() {
		q.drops.add(q.signal, "export_failed", int64(n))
	}
	return err
}

// close counts what is still pending after the shutdown that ended with err.
func (q *queue) close(err error) error {
	q.closed.Store(true)
	n := q.pending.Swap(0)
	if n <= 0 {
		return err
	}
	q.drops.add(q.signal, "shutdown", n)
	return errors.Join(err, fmt.Errorf("%d %s were not delivered", n, q.signal))
}
