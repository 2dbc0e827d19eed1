//go:build linux || darwin

package golden

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// stage is the whole shop under a load that goes on while things fail: two replicas of orders
// and of payments behind a balancer, one of mailer and of ledger, whose jobs wait until there is
// one again.
type stage struct {
	*world
	load      *load
	hasHosts  bool // see hosts; else calls over gRPC go through a balancer
	collector *gate
	broker    *broker
	database  *database // nil where there is none
	messages  *messages
	rows      *rows

	orders, payments, mailer, ledger *replicas
	poison                           int64 // messages that had to be put aside
	tolerated                        int64 // messages put aside while what they needed was away, by design
	others                           int64 // runs of messages that are not of the load
}

// replicas are the processes of one service. Behind web and rpc is a balancer, as a Service of
// Kubernetes is one; headless is a name that stands for all of them, as callers over gRPC want it.
type replicas struct {
	name     string
	settings []string
	web, rpc *gate
	headless string

	mu    sync.Mutex
	now   []*replica
	ever  []*process
	slots [2]*process // behind the addresses of the name
	turn  int
}

// replica is a process and how it was at the last look.
type replica struct {
	*process
	isReady atomic.Bool
}

// newStage has SVIDs that live that long.
func newStage(t *testing.T, programs map[string]string, lifetime time.Duration, settings ...string) *stage {
	t.Helper()
	w := newWorld(t, programs, lifetime)
	s := &stage{world: w, load: newLoad(), hasHosts: w.hosts(t)}
	s.collector = newGate(t, to(strings.TrimPrefix(w.endpoint, "http://")))
	w.endpoint = "http://" + s.collector.address
	s.broker = w.broker(t)
	settings = append(settings, "LAME_DUCK="+lameDuck.String())
	s.payments = newReplicas(t, s.hasHosts, "payments", settings...)
	overPayments := append(slices.Clone(settings), "CALL_PAYMENTS_ADDRESS="+s.payments.headless, "CALL_PAYMENTS_WEB_ADDRESS="+s.payments.web.address)
	s.orders = newReplicas(t, s.hasHosts, "orders", overPayments...)
	s.mailer = newReplicas(t, s.hasHosts, "mailer", append(overPayments, "NATS_URL=tls://"+s.broker.gate.address)...)
	s.start(t, s.payments, 2)
	s.start(t, s.orders, 2)
	s.start(t, s.mailer, 1)
	if programs["ledger"] != "" {
		s.database = w.database(t)
		if said, err := w.migrate(t, s.database); err != nil {
			t.Fatal(err, said)
		}
		s.ledger = newReplicas(t, s.hasHosts, "ledger", append(settings, "DATABASE_URL="+s.database.url)...)
		s.start(t, s.ledger, 1)
	}
	return s
}

// lameDuck is longer than a balancer takes to notice.
const lameDuck = 700 * time.Millisecond

func newReplicas(t *testing.T, hasHosts bool, name string, settings ...string) *replicas {
	t.Helper()
	r := &replicas{name: name, settings: settings}
	r.web = newGate(t, func() string { return strings.TrimPrefix(r.pick().url, "https://") })
	r.rpc = newGate(t, func() string { return r.pick().rpc })
	slot := func(i int) func() string {
		return func() string {
			r.mu.Lock()
			defer r.mu.Unlock()
			if r.slots[i] == nil {
				return ""
			}
			return r.slots[i].rpc
		}
	}
	first := newGate(t, slot(0))
	host, port, _ := net.SplitHostPort(first.address) // it is one
	if hasHosts {
		newGateAt(t, net.JoinHostPort(secondAddress, port), slot(1))
		host = severalName
	} else {
		first.lead = func() string { return r.pick().rpc }
	}
	r.headless = net.JoinHostPort(host, port)
	return r
}

// severalName stands for two addresses where a service has hosts.
const (
	severalName   = "several.test"
	secondAddress = "127.0.0.2"
)

// hosts has services run where severalName is a name with two addresses of this machine, and
// reports whether that could be had: in a mount namespace of Linux.
func (w *world) hosts(t *testing.T) bool {
	t.Helper()
	file := filepath.Join(w.folder, "hosts")
	text := "127.0.0.1 localhost\n127.0.0.1 " + severalName + "\n" + secondAddress + " " + severalName + "\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, flags := range []string{"-m", "-rm"} {
		before := []string{"unshare", flags, "sh", "-c", `mount --bind "$0" /etc/hosts && exec "$@"`, file}
		if exec.Command(before[0], append(before[1:], "true")...).Run() == nil {
			w.before = before
			return true
		}
	}
	t.Log("NOT TESTED, for want of unshare(1) or of the right to use it: calls over gRPC to a name with several addresses")
	return false
}

// spread puts the processes behind the name; those that were there keep their address.
func (r *replicas) spread() {
	for i := range r.slots {
		if r.slots[i] != nil && slices.ContainsFunc(r.now, func(p *replica) bool { return p.process == r.slots[i] }) {
			continue
		}
		r.slots[i] = nil
		for _, p := range r.now {
			if !slices.Contains(r.slots[:], p.process) {
				r.slots[i] = p.process
				break
			}
		}
	}
}

// pick returns a process that was ready at the last look, and an empty one where there is none.
func (r *replicas) pick() *process {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn++
	for i := range r.now {
		if p := r.now[(r.turn+i)%len(r.now)]; p.isReady.Load() {
			return p.process
		}
	}
	return &process{}
}

// start runs more replicas, which are looked at every 100 ms until they end.
func (s *stage) start(t *testing.T, r *replicas, n int) {
	t.Helper()
	for range n {
		p := &replica{process: s.run(t, r.name, r.settings...)}
		p.isReady.Store(true)
		s.load.workers.Go(func() {
			look := time.NewTicker(100 * time.Millisecond)
			defer look.Stop()
			for {
				select {
				case <-p.done:
					return
				case <-s.load.stop:
					return
				case <-look.C:
					p.isReady.Store(p.ready())
				}
			}
		})
		r.mu.Lock()
		r.now, r.ever = append(r.now, p), append(r.ever, p.process)
		r.spread()
		r.mu.Unlock()
	}
}

// oldest returns the replica that runs for the longest time.
func (r *replicas) oldest() *replica { return r.now[0] }

// forget takes one that has ended from the list.
func (r *replicas) forget(p *replica) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = slices.DeleteFunc(r.now, func(other *replica) bool { return other == p })
	r.spread()
}

// all returns the services that run.
func (s *stage) all() []*replicas {
	all := []*replicas{s.orders, s.payments, s.mailer}
	if s.ledger != nil {
		all = append(all, s.ledger)
	}
	return all
}

func (s *stage) processes() (all []*replica) {
	for _, r := range s.all() {
		r.mu.Lock()
		all = append(all, r.now...)
		r.mu.Unlock()
	}
	return all
}

// begin sends the requests and jobs of every kind, all as checkout.
func (s *stage) begin(t *testing.T) {
	t.Helper()
	source := s.source(t, checkoutID)
	web := func(r *replicas) func() string { return to("https://" + r.web.address) }
	s.load.add(fresh, source, ordersID, throughOrders, web(s.orders))
	s.load.add(keepHTTP1, source, ordersID, throughOrders, web(s.orders))
	s.load.add(keepHTTP2, source, ordersID, throughOrders2, web(s.orders))
	s.load.add(keepHTTP1, source, paymentsID, direct, web(s.payments))
	s.load.add(keepHTTP2, source, paymentsID, direct, web(s.payments))
	orders, payments := connect(t, source, ordersID, s.orders.rpc.address), connect(t, source, paymentsID, s.payments.rpc.address)
	t.Cleanup(func() { orders.Close(); payments.Close() })
	s.load.addPeerUnary("gRPC to orders, and on to payments", orders)
	s.load.addUnary("gRPC to payments", payments)
	s.load.addStream("gRPC streams of payments", payments)
	s.messages = s.load.addMessages(t, s.world, s.broker)
	if s.database != nil {
		s.rows = s.load.addRows(s.database)
	}
	s.load.flows(t, enough)
}

// figures are what one fault came to. Memory is in MB, resident, of the largest process of a
// service; goroutines likewise.
type figures struct {
	name          string
	asked         int64
	failed        map[string]int // by the name of the traffic
	recovered     time.Duration  // from the end of the cause until all was well
	jobs          time.Duration  // from then until no job of before was left; 0 when nobody waited
	before, after map[string]int // memory
	most          map[string]int // memory
	aside         int64          // good messages that were put aside
	told          string
	lines         int // of the logs of payments

	routinesBefore, routinesAfter map[string]int
}

func (f figures) failures() (n int) {
	for _, failed := range f.failed {
		n += failed
	}
	return n
}

// fault is something that goes wrong. happen returns when its cause is gone, and may return what
// a hostile caller was told.
type fault struct {
	name   string
	happen func(t *testing.T, s *stage) (told string)
	// byDesign are words of the traffic of which some requests fail, by design; "" is all.
	byDesign []string
	soak     bool // too long for make test
	database bool
}

// suffer has the fault happen, and waits until all is well again.
func (s *stage) suffer(t *testing.T, f fault, patient bool) figures {
	t.Helper()
	out := figures{name: f.name, failed: map[string]int{}}
	byDesign := f.byDesign
	if !s.hasHosts {
		byDesign = append(byDesign, "/payments/", "on to payments")
	}
	var sent int64
	failed := map[string]int{}
	for _, tr := range s.load.traffic {
		sent += tr.sent.Load()
		tr.mu.Lock()
		failed[tr.name], tr.failures = tr.failed, nil
		tr.mu.Unlock()
	}
	lines, said := len(s.payments.lines()), len(s.orders.lines())
	out.before, out.routinesBefore = s.memory(t), s.goroutines(t)
	peaks := s.watchMemory(t)

	out.told = f.happen(t, s)
	over := time.Now()
	for _, tr := range s.load.traffic {
		tr.mu.Lock()
		tr.inRow = 0
		tr.mu.Unlock()
	}
	s.within(t, recovery, "all is well after: "+f.name, func() bool {
		for _, p := range s.processes() {
			if !p.isReady.Load() {
				return false
			}
		}
		for _, tr := range s.load.traffic {
			tr.mu.Lock()
			inRow := tr.inRow
			tr.mu.Unlock()
			if inRow < 5 {
				return false
			}
		}
		return true
	})
	out.recovered = time.Since(over)
	if patient {
		s.settle(t)
		out.jobs = time.Since(over)
		out.aside = s.aside(t) - s.tolerated
		if slices.Equal(f.byDesign, everyKind) {
			s.tolerated += out.aside
		} else if out.aside > 0 {
			t.Errorf("%s: %d messages were put aside", f.name, out.aside)
		}
	}

	out.most = peaks()
	out.after, out.routinesAfter = s.memory(t), s.goroutines(t)
	out.lines = len(s.payments.lines()) - lines
	for _, tr := range s.load.traffic {
		out.asked += tr.sent.Load()
		tr.mu.Lock()
		n := tr.failed - failed[tr.name]
		texts := tr.failures
		tr.mu.Unlock()
		if n == 0 {
			continue
		}
		out.failed[tr.name] = n
		if !slices.ContainsFunc(byDesign, func(word string) bool { return strings.Contains(tr.name, word) }) {
			t.Errorf("%s: %d requests failed\n%s\n%s", f.name, n, strings.Join(texts, "\n"), strings.Join(s.orders.lines()[said:], "\n"))
		}
	}
	out.asked -= sent
	t.Logf("%-40s %6d requests, %4d failed, well after %5.1f s, jobs after %5.1f s, %d put aside, MB %v, at most %v, then %v; goroutines %v, then %v; %d lines; %s",
		out.name, out.asked, out.failures(), out.recovered.Seconds(), out.jobs.Seconds(), out.aside, out.before, out.most, out.after, out.routinesBefore, out.routinesAfter, out.lines, out.told)
	return out
}

// recovery bounds how long anything takes to be well again; lease is how long a job is in the
// hand of a worker that says no more.
const (
	recovery = 40 * time.Second
	lease    = 70 * time.Second
)

func (s *stage) within(t *testing.T, bound time.Duration, what string, holds func() bool) {
	t.Helper()
	for begin := time.Now(); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begin) < bound {
			continue
		}
		var outputs []string
		for _, p := range s.processes() {
			if !p.isReady.Load() {
				outputs = append(outputs, p.name+" is not ready\n"+p.output())
			}
		}
		for _, tr := range s.load.traffic {
			tr.mu.Lock()
			outputs = append(outputs, fmt.Sprint(tr.name, ": ", tr.inRow, " successes since the last failure"))
			outputs = append(outputs, tr.failures...)
			tr.mu.Unlock()
		}
		t.Fatalf("not within %s: %s\n%s", bound, what, strings.Join(outputs, "\n"))
	}
}

// settle waits until each job that was added before is done.
func (s *stage) settle(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	var last uint64
	var row int64
	s.within(t, recovery, "the broker and the database answer", func() (ok bool) {
		var err, err2 error
		last, err = s.broker.last(ctx)
		if s.rows != nil {
			row, err2 = s.rows.count(ctx, "SELECT coalesce(max(id), 0) FROM jobs")
		}
		return cmp.Or(err, err2) == nil
	})
	s.within(t, lease+recovery, "every message is done", func() bool {
		settled, err := s.broker.settled(ctx)
		return err == nil && settled >= last
	})
	if s.rows != nil {
		s.within(t, lease+recovery, "every row is done", func() bool {
			n, err := s.rows.count(ctx, "SELECT count(*) FROM jobs WHERE id <= $1 AND dead_at IS NULL", row)
			return err == nil && n == 0
		})
	}
}

// aside returns how many messages were put aside that were no poison.
func (s *stage) aside(t *testing.T) int64 {
	t.Helper()
	n, err := s.broker.aside(context.Background())
	if err != nil {
		t.Error(err)
	}
	return int64(n) - s.poison
}

// tally is what became of the jobs of a load.
type tally struct{ messages, again, aside, rows, lost int64 }

func (j tally) String() string {
	return fmt.Sprintf("%d messages, of which %d were run again and %d put aside, and %d rows; %d jobs lost", j.messages, j.again, j.aside, j.rows, j.lost)
}

// jobs ends the load, waits for the last job, and reports those that were neither run nor put
// aside.
func (s *stage) jobs(t *testing.T) (j tally) {
	t.Helper()
	s.load.halt()
	ctx := context.Background()
	s.settle(t)
	j.messages, j.aside = s.messages.added.Load(), s.aside(t)
	var ran int64
	for begin := time.Now(); ran+j.aside < j.messages && time.Since(begin) < patience; time.Sleep(20 * time.Millisecond) {
		ran = s.payments.greeted(mailerID) - s.others // once its log is read
	}
	j.again, j.lost = max(0, ran+j.aside-j.messages), max(0, j.messages-ran-j.aside)
	if s.rows != nil {
		j.rows = s.rows.added.Load()
		kept, err := s.rows.count(ctx, "SELECT count(*) FROM greetings WHERE idempotency_key LIKE 'row-%'")
		if err != nil {
			t.Error(err)
		}
		j.lost += j.rows - kept
	}
	if j.lost != 0 || j.aside > s.tolerated {
		t.Error(j)
	}
	return j
}

// greeted returns how often a service has composed a greeting for a caller.
func (r *replicas) greeted(caller string) (n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.ever {
		p.mu.Lock()
		n += int64(p.composed[caller])
		p.mu.Unlock()
	}
	return n
}

// lines returns what a service has logged, without those that come with each request.
func (r *replicas) lines() (lines []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.ever {
		p.mu.Lock()
		for _, record := range p.records {
			if record.text("msg") != composing {
				line, _ := json.Marshal(record) // it was JSON
				lines = append(lines, string(line))
			}
		}
		p.mu.Unlock()
	}
	return lines
}

// largest asks each process of a service for a number, and returns the largest by service.
func (s *stage) largest(ask func(*process) (int, error)) map[string]int {
	numbers := map[string]int{}
	for _, p := range s.processes() {
		if n, err := ask(p.process); err == nil { // it may end just now
			numbers[p.name] = max(numbers[p.name], n)
		}
	}
	return numbers
}

// memory is what is resident, in MB.
func (s *stage) memory(t *testing.T) map[string]int {
	t.Helper()
	return s.largest(func(p *process) (int, error) {
		out, err := exec.Command("ps", "-o", "rss=", "-p", strconv.Itoa(p.cmd.Process.Pid)).Output()
		if err != nil {
			return 0, err
		}
		kilobytes, err := strconv.Atoi(strings.TrimSpace(string(out)))
		return kilobytes >> 10, err
	})
}

// watchMemory looks at it each second until it is asked for the most that it saw.
func (s *stage) watchMemory(t *testing.T) func() map[string]int {
	t.Helper()
	stop, most := make(chan struct{}), s.memory(t)
	var watching sync.WaitGroup
	watching.Go(func() {
		look := time.NewTicker(time.Second)
		defer look.Stop()
		for {
			select {
			case <-stop:
				return
			case <-look.C:
			}
			for name, n := range s.memory(t) {
				most[name] = max(most[name], n)
			}
		}
	})
	return func() map[string]int {
		close(stop)
		watching.Wait()
		return most
	}
}

func (s *stage) goroutines(t *testing.T) map[string]int {
	t.Helper()
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	return s.largest(func(p *process) (n int, err error) {
		response, err := client.Get("http://" + p.debug + "/debug/pprof/goroutine?debug=1")
		if err != nil {
			return 0, err
		}
		defer response.Body.Close()
		first, err := bufio.NewReader(response.Body).ReadString('\n')
		if err != nil {
			return 0, err
		}
		_, err = fmt.Sscanf(first, "goroutine profile: total %d", &n)
		return n, err
	})
}
