package workloadapi

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/mintwright/mintwright/internal/dev/authority"
)

// stream is one watch of a workload.
type stream struct {
	mu    sync.Mutex
	on    <-chan struct{} // the change that the stream waits for; nil before the first answer
	moved chan struct{}   // closed when on changes
	ended bool
}

func (st *stream) waits(on <-chan struct{}) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.on = on
	close(st.moved)
	st.moved = make(chan struct{})
}

func (st *stream) end() {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.ended = true
	close(st.moved)
	st.moved = make(chan struct{})
}

// reached waits until the stream has sent all that held before change.
func (st *stream) reached(ctx context.Context, change <-chan struct{}) error {
	for {
		st.mu.Lock()
		there, moved := st.ended || st.on == change, st.moved
		st.mu.Unlock()
		if there {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-change: // something newer is under way, and covers this
			return nil
		case <-moved:
		}
	}
}

// clock is how often a stream looks at the wall clock: timers stand still while a laptop
// sleeps, lifetimes do not.
const clock = 5 * time.Second

// answer makes the message that holds now and says when it must be made anew; a zero time
// means at the next change only.
type answer[M proto.Message] func(w authority.Workload) (M, time.Time, error)

// watch sends an answer at once and another after each change, until the caller goes.
// An answer equal to the one before is not sent.
func watch[M proto.Message](s *Server, ctx context.Context, kind string, send func(M) error, make answer[M]) error {
	st := &stream{moved: newSignal()}
	s.mu.Lock()
	s.streams[st] = struct{}{}
	s.mu.Unlock()
	defer func() {
		st.end()
		s.mu.Lock()
		delete(s.streams, st)
		s.mu.Unlock()
	}()

	var last M
	first := true
	for {
		changed := s.registry.Changed()
		w, err := caller(ctx)
		var m M
		var until time.Time
		if err == nil {
			m, until, err = make(w)
		}
		if err != nil {
			s.auditor.Audit(ctx, authority.Record{Kind: kind, Workload: w, Denied: status.Convert(err).Message()})
			return err
		}
		if first || !proto.Equal(last, m) {
			if err := send(m); err != nil {
				return err
			}
			last, first = m, false
		}
		st.waits(changed)
		if err := wait(ctx, changed, until); err != nil {
			return err
		}
	}
}

func newSignal() chan struct{} { return make(chan struct{}) }

// wait returns nil at a change or at until by the wall clock, an error when ctx ends.
func wait(ctx context.Context, changed <-chan struct{}, until time.Time) error {
	for {
		pause := clock
		if !until.IsZero() {
			left := until.Round(0).Sub(time.Now().Round(0))
			if left <= 0 {
				return nil
			}
			pause = min(pause, left)
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return status.FromContextError(ctx.Err()).Err()
		case <-changed:
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}
