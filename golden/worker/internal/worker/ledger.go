package worker

import "sync"

// remembered is how many jobs that are done a ledger knows.
const remembered = 1024

// ledger knows by ID the jobs in hand and those done lately, so that a delivery too many
// costs an acknowledgement, and no second run.
type ledger struct {
	mu     sync.Mutex
	inHand map[string]*Job
	done   map[string]struct{}
	oldest []string // of done; a ring from next on, once it is full
	next   int
}

func newLedger() *ledger {
	return &ledger{inHand: make(map[string]*Job), done: make(map[string]struct{})}
}

// take puts job in hand, unless one of its ID is done or in hand already.
func (l *ledger) take(job *Job) (isDone, taken bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, isDone = l.done[job.ID]; isDone {
		return true, false
	}
	if _, ok := l.inHand[job.ID]; ok {
		return false, false
	}
	l.inHand[job.ID] = job
	return false, true
}

// release lets go of job and remembers whether it is done. It returns false when job is not in
// hand: someone else has settled it.
func (l *ledger) release(job *Job, done bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inHand[job.ID] != job {
		return false
	}
	delete(l.inHand, job.ID)
	if !done {
		return true
	}
	l.done[job.ID] = struct{}{}
	if len(l.oldest) < remembered {
		l.oldest = append(l.oldest, job.ID)
		return true
	}
	delete(l.done, l.oldest[l.next])
	l.oldest[l.next] = job.ID
	l.next = (l.next + 1) % remembered
	return true
}

// held returns the jobs in hand.
func (l *ledger) held() []*Job {
	l.mu.Lock()
	defer l.mu.Unlock()
	jobs := make([]*Job, 0, len(l.inHand))
	for _, job := range l.inHand {
		jobs = append(jobs, job)
	}
	return jobs
}
