package disk

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The holder removes the file as it leaves: whoever opened it before that must not take
// the removed file for the lock.
func TestALockHasOneHolder(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	var holders, times atomic.Int32
	var runs sync.WaitGroup
	for range 8 {
		runs.Go(func() {
			for range 2000 {
				held, err := acquire(root, "lock")
				if errors.Is(err, ErrBusy) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				if n := holders.Add(1); n != 1 {
					t.Errorf("%d holders at once", n)
				}
				times.Add(1)
				time.Sleep(20 * time.Microsecond)
				holders.Add(-1)
				held.release()
			}
		})
	}
	runs.Wait()
	if times.Load() == 0 {
		t.Error("nobody ever held it")
	}
}
