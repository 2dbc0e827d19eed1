package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/mintwright/mintwright/internal/dev/authority"
)

// sample is what a request costs the server, in the mean of one turn.
type sample struct {
	cpu           float64 // µs
	allocs, bytes float64
	rate          float64 // requests a second
}

// server is a subject that runs.
type server struct {
	subject
	cmd               *exec.Cmd
	ended             chan error
	http, grpc, debug string // addresses
}

// start runs sub as a process of its own and returns when it answers over HTTP.
func (w *world) start(ctx context.Context, sub subject) (*server, error) {
	ports, err := freeAddresses(4)
	if err != nil {
		return nil, err
	}
	s := &server{subject: sub, ended: make(chan error, 1), http: ports[0], grpc: ports[1], debug: ports[2]}
	s.cmd = w.command(ctx, s, ports[3])
	s.cmd.Stderr = os.Stderr
	_, err = w.registry.RegisterStarted(func() (authority.Entry, error) {
		if err := s.cmd.Start(); err != nil {
			return authority.Entry{}, err
		}
		w.servers = append(w.servers, s)
		go func() { s.ended <- s.cmd.Wait() }()
		process, err := authority.FindProcess(s.cmd.Process.Pid)
		return authority.Entry{ID: w.id, Selectors: []authority.Selector{process.Tree()}, X509TTL: w.lifetime}, err
	})
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", sub.name, err)
	}
	send := w.overHTTP(s, "http/1.1", false)
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		err := send(ctx)
		if err == nil {
			return s, nil
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("starting %s: %w", sub.name, err)
		}
	}
}

// command is the process of s. All kinds collect garbage alike unless the subject says
// otherwise. Those that sample everything get room in their queues for all spans of a turn, so
// that none is dropped: what is dropped costs less.
func (w *world) command(ctx context.Context, s *server, probes string) *exec.Cmd {
	environ := []string{
		"PATH=" + os.Getenv("PATH"),
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + w.endpoint,
	}
	if s.sampling == all {
		environ = append(environ, "OTEL_BSP_MAX_QUEUE_SIZE=16384")
	}
	if !s.ownGC {
		environ = append(environ, "GOGC=100")
	}
	sampling := strconv.FormatFloat(s.sampling, 'g', -1, 64)
	cmd := exec.CommandContext(ctx, filepath.Join(w.dir, s.program))
	switch s.program {
	case byHandProgram:
		cmd.Args = append(cmd.Args, "-certs", w.dir, "-http", s.http, "-grpc", s.grpc, "-debug", s.debug, "-sampling", sampling)
	case peersProgram:
		cmd.Args = append(cmd.Args, "-certs", w.dir, "-address", s.http, "-debug", s.debug, "-sampling", sampling, "-stack", s.stack)
	default:
		environ = append(environ,
			"HTTP_ADDRESS="+s.http, "GRPC_ADDRESS="+s.grpc, "DEBUG_ADDRESS="+s.debug, "PROBE_ADDRESS="+probes,
			"LAME_DUCK=0s", "LOG_LEVEL=warn",
			"SPIFFE_ENDPOINT_SOCKET="+w.api.Address(),
			"OTEL_TRACES_SAMPLER=parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG="+sampling)
	}
	cmd.Env = environ
	return cmd
}

// stop ends the process, by force when it takes long.
func (w *world) stop(s *server) {
	w.servers = slices.DeleteFunc(w.servers, func(other *server) bool { return other == s })
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(5 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.ended
	}
}

// freeAddresses returns addresses that are free now.
func freeAddresses(n int) ([]string, error) {
	var addresses []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // together, or the same comes twice
		addresses = append(addresses, l.Addr().String())
	}
	return addresses, nil
}

// measure sends n requests and returns what one costs.
func (s *server) measure(ctx context.Context, send request, n int) (sample, error) {
	// Connections that are gone are opened again before the clock starts.
	if err := sendMany(ctx, send, 4*workers); err != nil {
		return sample{}, err
	}
	// Reading the counters allocates: how much, a reading right after another tells.
	first, err := s.counters(ctx)
	if err != nil {
		return sample{}, err
	}
	before, err := s.counters(ctx)
	if err != nil {
		return sample{}, err
	}
	began, err := s.settled()
	if err != nil {
		return sample{}, err
	}
	start := time.Now()
	if err := sendMany(ctx, send, n); err != nil {
		return sample{}, err
	}
	took := time.Since(start)
	ended, err := s.settled()
	if err != nil {
		return sample{}, err
	}
	after, err := s.counters(ctx)
	if err != nil {
		return sample{}, err
	}
	per := func(first, before, after uint64) float64 {
		return (float64(after-before) - float64(before-first)) / float64(n)
	}
	return sample{
		cpu:    float64((ended - began).Nanoseconds()) / 1e3 / float64(n),
		allocs: per(first.allocs, before.allocs, after.allocs),
		bytes:  per(first.bytes, before.bytes, after.bytes),
		rate:   float64(n) / took.Seconds(),
	}, nil
}

// settled waits until the server rests, its exporters too, and returns its processor time.
func (s *server) settled() (time.Duration, error) {
	const (
		interval = 20 * time.Millisecond
		rest     = interval / 50 // what timers and the collector take at most
		patience = 2 * time.Second
	)
	last, err := cpuTime(s.cmd.Process.Pid)
	for end := time.Now().Add(patience); err == nil; {
		time.Sleep(interval)
		var now time.Duration
		if now, err = cpuTime(s.cmd.Process.Pid); now-last <= rest || time.Now().After(end) {
			return now, err
		}
		last = now
	}
	return 0, err
}

// counters are what the runtime of the server has counted since its start.
type counters struct {
	allocs, bytes uint64
	live          uint64 // bytes of heap and stacks that are in use now
}

// counters reads runtime.MemStats, which the profile of allocations ends with.
func (s *server) counters(ctx context.Context) (counters, error) {
	return s.read(ctx, "allocs?debug=1")
}

func (s *server) read(ctx context.Context, profile string) (counters, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.debug+"/debug/pprof/"+profile, nil)
	if err != nil {
		return counters{}, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return counters{}, err
	}
	defer response.Body.Close()
	all := map[string]uint64{}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		name, value, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "# "), " = ")
		value, _, _ = strings.Cut(value, " / ") // in use, of what the system gave
		if n, err := strconv.ParseUint(value, 10, 64); err == nil {
			all[name] = n
		}
	}
	if err := lines.Err(); err != nil {
		return counters{}, err
	}
	if all["Mallocs"] == 0 || all["TotalAlloc"] == 0 {
		return counters{}, errors.New("the profile of allocations holds no counters")
	}
	return counters{all["Mallocs"], all["TotalAlloc"], all["HeapAlloc"] + all["Stack"]}, nil
}
