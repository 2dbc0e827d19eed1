package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/internal/dev/authority"
)

// workers call at once: enough to keep two cores busy, few enough to queue little.
const workers = 8

// sample is what a request costs the server, in the mean of one turn.
type sample struct {
	cpu           float64 // µs
	allocs, bytes float64
}

// server is a subject that runs.
type server struct {
	subject
	cmd   *exec.Cmd
	ended chan error
	url   string // of the route
	debug string // address
}

// start runs sub as a process of its own and returns when it answers.
func (w *world) start(ctx context.Context, sub subject) (*server, error) {
	ports, err := freeAddresses(3)
	if err != nil {
		return nil, err
	}
	s := &server{subject: sub, ended: make(chan error, 1), url: "https://" + ports[0] + requestPath, debug: ports[1]}
	s.cmd = w.command(ctx, sub, ports)
	s.cmd.Stderr = os.Stderr
	_, err = w.registry.RegisterStarted(func() (authority.Entry, error) {
		if err := s.cmd.Start(); err != nil {
			return authority.Entry{}, err
		}
		w.servers = append(w.servers, s)
		go func() { s.ended <- s.cmd.Wait() }()
		process, err := authority.FindProcess(s.cmd.Process.Pid)
		return authority.Entry{ID: w.id, Selectors: []authority.Selector{process.Tree()}}, err
	})
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", sub.name, err)
	}
	client := w.client(kind{protocols: []string{"http/1.1"}})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := call(ctx, client, s.url)
		if err == nil {
			return s, nil
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("starting %s: %w", sub.name, err)
		}
	}
}

// command is the process of sub. Both kinds get room in their queues for all spans of a turn,
// so that none is dropped: what is dropped costs less.
func (w *world) command(ctx context.Context, sub subject, ports []string) *exec.Cmd {
	environ := []string{
		"PATH=" + os.Getenv("PATH"),
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + w.endpoint,
		"OTEL_BSP_MAX_QUEUE_SIZE=32768",
	}
	sampling := strconv.FormatFloat(sub.sampling, 'g', -1, 64)
	if !sub.emitted {
		cmd := exec.CommandContext(ctx, filepath.Join(w.dir, byHandProgram),
			"-certs", w.dir, "-address", ports[0], "-debug", ports[1], "-sampling", sampling)
		cmd.Env = environ
		return cmd
	}
	cmd := exec.CommandContext(ctx, filepath.Join(w.dir, serviceProgram))
	cmd.Env = append(environ,
		"HTTP_ADDRESS="+ports[0], "DEBUG_ADDRESS="+ports[1], "PROBE_ADDRESS="+ports[2],
		"LAME_DUCK=0s", "LOG_LEVEL=warn",
		"SPIFFE_ENDPOINT_SOCKET="+w.api.Address(),
		"OTEL_TRACES_SAMPLER=parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG="+sampling)
	return cmd
}

// stop ends the process, by force when it takes long.
func (s *server) stop() {
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

// client is the caller, as every service knows it.
func (w *world) client(k kind) *http.Client {
	config := identity.ClientConfig(w.caller, w.id)
	config.NextProtos = k.protocols
	transport := &http.Transport{
		TLSClientConfig:     config,
		Protocols:           new(http.Protocols),
		DisableKeepAlives:   !k.keepAlive,
		MaxIdleConnsPerHost: workers,
	}
	transport.Protocols.SetHTTP1(k.protocols[0] == "http/1.1")
	transport.Protocols.SetHTTP2(k.protocols[0] == "h2")
	return &http.Client{Transport: transport}
}

func call(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, response.Body)
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the answer is %s", response.Status)
	}
	return err
}

// measure sends n requests and returns what one costs.
func (s *server) measure(ctx context.Context, client *http.Client, n int) (sample, error) {
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
	if err := callMany(ctx, client, s.url, n); err != nil {
		return sample{}, err
	}
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
	}, nil
}

// callMany sends n requests, each worker one after the other.
func callMany(ctx context.Context, client *http.Client, url string, n int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var taken atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for taken.Add(1) <= int64(n) {
				if err := call(ctx, client, url); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
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
type counters struct{ allocs, bytes uint64 }

// counters reads runtime.MemStats, which the profile of allocations ends with.
func (s *server) counters(ctx context.Context) (counters, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.debug+"/debug/pprof/allocs?debug=1", nil)
	if err != nil {
		return counters{}, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return counters{}, err
	}
	defer response.Body.Close()
	var c counters
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		name, value, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "# "), " = ")
		switch name {
		case "Mallocs":
			c.allocs, err = strconv.ParseUint(value, 10, 64)
		case "TotalAlloc":
			c.bytes, err = strconv.ParseUint(value, 10, 64)
		}
		if err != nil {
			return counters{}, err
		}
	}
	if err := lines.Err(); err != nil {
		return counters{}, err
	}
	if c.allocs == 0 || c.bytes == 0 {
		return counters{}, errors.New("the profile of allocations holds no counters")
	}
	return c, nil
}
