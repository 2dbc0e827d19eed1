//go:build linux || darwin

package golden

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/mintwright/mintwright/blueprints/service/identity"
)

// load is requests that workers send for as long as it lasts. Not one may fail.
type load struct {
	stop    chan struct{}
	workers sync.WaitGroup
	traffic []*traffic
	closers []func()
}

// traffic is what one worker sends.
type traffic struct {
	name string
	sent atomic.Int64

	mu       sync.Mutex
	failed   int
	failures []string // the first of them
	inRow    int      // successes since the last failure
}

func (tr *traffic) count(err error, begin time.Time) {
	tr.sent.Add(1)
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.inRow++
	if err == nil {
		return
	}
	tr.inRow = 0
	tr.failed++
	if len(tr.failures) < 5 {
		tr.failures = append(tr.failures, fmt.Sprintf("%s: %s, begun %s: %v", time.Now().Format(clockFormat), tr.name, begin.Format(clockFormat), err))
	}
}

func newLoad() *load { return &load{stop: make(chan struct{})} }

// connections is how a client connects.
type connections string

const (
	fresh     connections = "a new handshake each"
	keepHTTP1 connections = "HTTP/1.1 kept alive"
	keepHTTP2 connections = "HTTP/2 kept alive"
	busyHTTP2 connections = "HTTP/2 kept alive and never idle"
)

func (c connections) isHTTP2() bool { return c == keepHTTP2 || c == busyHTTP2 }

// pace is the time from one request of a worker to the next: enough load to meet each moment
// of a rotation, and bounded. On a busy connection some request is in flight whenever it ends.
func (c connections) pace() time.Duration {
	if c == busyHTTP2 {
		return time.Millisecond
	}
	return 20 * time.Millisecond
}

// transport is a plain one of net/http: a client that nobody taught about SVIDs.
func (c connections) transport(source identity.Source, server string) *http.Transport {
	config := identity.ClientConfig(source, spiffeid.RequireFromString(server))
	if !c.isHTTP2() {
		config.NextProtos = []string{"http/1.1"}
	}
	return &http.Transport{TLSClientConfig: config, DisableKeepAlives: c == fresh, ForceAttemptHTTP2: c.isHTTP2()}
}

// add sends requests to what pick returns, over connections of one kind, until end.
func (l *load) add(kind connections, source identity.Source, server, path string, pick func() string) {
	transport := kind.transport(source, server)
	client := &http.Client{Timeout: 10 * time.Second, Transport: transport}
	l.closers = append(l.closers, transport.CloseIdleConnections)
	l.work(fmt.Sprintf("%s to %s, %s", path, server, kind), kind.pace(), func() error { return get(client, pick()+path, kind) })
}

// work calls try at a pace, until end.
func (l *load) work(name string, pace time.Duration, try func() error) *traffic {
	tr := &traffic{name: name}
	l.traffic = append(l.traffic, tr)
	l.workers.Go(func() {
		next := time.NewTicker(pace)
		defer next.Stop()
		for {
			select {
			case <-l.stop:
				return
			case <-next.C:
			}
			begin := time.Now()
			tr.count(try(), begin)
		}
	})
	return tr
}

const clockFormat = "15:04:05.000"

func get(client *http.Client, url string, kind connections) error {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Header.Set("traceparent", newTrace().parent()) // sampled, so that there is something to export
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return fmt.Errorf("reading the answer: %w", err)
	case response.StatusCode != http.StatusOK:
		return fmt.Errorf("%s: %s", response.Status, body)
	case (response.ProtoMajor == 2) != kind.isHTTP2():
		return errors.New("answered over " + response.Proto)
	}
	return nil
}

// flows waits until every worker has sent n requests.
func (l *load) flows(t *testing.T, n int64) {
	t.Helper()
	eventually(t, "requests flow", func() bool {
		for _, tr := range l.traffic {
			if tr.sent.Load() < n {
				return false
			}
		}
		return true
	})
}

// enough requests of one worker tell something.
const enough = 10

// end stops the load and reports what failed. Every worker must have sent some requests.
func (l *load) end(t *testing.T) {
	t.Helper()
	l.halt()
	var total int64
	var failed int
	for _, tr := range l.traffic {
		total += tr.sent.Load()
		failed += tr.failed
		if tr.sent.Load() < enough {
			t.Errorf("only %d requests: %s", tr.sent.Load(), tr.name)
		}
		for _, f := range tr.failures {
			t.Error(f)
		}
	}
	t.Logf("%d requests, %d failed", total, failed)
}

// halt ends the load.
func (l *load) halt() {
	close(l.stop)
	l.workers.Wait()
	for _, closeIdle := range l.closers {
		closeIdle()
	}
}

// at returns where one service answers.
func at(p *process) func() string { return func() string { return p.url } }

// balance returns an address of a replica that was ready at the last look. Like a balancer
// it looks at each every 100 ms, until the load ends.
func (l *load) balance(replicas ...*process) func() string {
	ready := make([]atomic.Bool, len(replicas))
	for i, p := range replicas {
		ready[i].Store(true)
		l.workers.Go(func() {
			look := time.NewTicker(100 * time.Millisecond)
			defer look.Stop()
			for {
				select {
				case <-l.stop:
					return
				case <-look.C:
					ready[i].Store(p.ready())
				}
			}
		})
	}
	var turn atomic.Uint64
	return func() string {
		first := turn.Add(1)
		for n := range uint64(len(replicas)) {
			if i := (first + n) % uint64(len(replicas)); ready[i].Load() {
				return replicas[i].url
			}
		}
		return "nobody-is-ready://" // an error that says so, and no look-up of a name
	}
}
