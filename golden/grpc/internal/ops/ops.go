// Package ops serves what operators ask a service for: probes on an address of their own
// and, when it is switched on, profiles on loopback. Neither carries data of the service.
package ops

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Check is one condition of readiness.
type Check struct {
	Name  string
	Ready func() error // must not block: a probe waits for it
}

// Probes answers GET /startupz, /livez and /readyz as Kubernetes asks them.
//
// The process is live as long as it answers: an outage of what it depends on must not
// restart it. It is started and ready once SetChecks was called, and ready while every
// check passes and Drain was not called.
type Probes struct {
	logger   *slog.Logger
	checks   atomic.Pointer[[]Check]
	draining atomic.Bool

	mu            sync.Mutex
	check, reason string // why it is not ready, as it was logged last; "" while it is
	told          time.Time
}

// NewProbes returns probes of a service that is not started yet.
func NewProbes(logger *slog.Logger) *Probes {
	return &Probes{logger: logger}
}

// SetChecks marks the service as started; from now on it is ready while all checks pass.
func (p *Probes) SetChecks(checks ...Check) { p.checks.Store(&checks) }

// Drain turns readiness off for good, so that load balancers look elsewhere.
func (p *Probes) Drain() { p.draining.Store(true) }

// Handler returns the handler of the probe listener.
func (p *Probes) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { answer(w, nil) })
	mux.HandleFunc("GET /startupz", func(w http.ResponseWriter, _ *http.Request) {
		if p.checks.Load() == nil {
			answer(w, errStarting)
			return
		}
		answer(w, nil)
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { answer(w, p.Ready()) })
	return mux
}

var (
	errStarting = errors.New("starting")
	errDraining = errors.New("draining")
)

// Ready returns nil while the service is ready. Its error names a check that failed, never
// why: the reason goes to the log when a check begins to fail, and another one a minute later.
func (p *Probes) Ready() error {
	checks := p.checks.Load()
	switch {
	case checks == nil:
		return errStarting
	case p.draining.Load():
		return errDraining
	}
	for _, c := range *checks {
		if err := c.Ready(); err != nil {
			if reason := err.Error(); p.news(c.Name, reason) {
				p.logger.Warn("not ready", "check", c.Name, "reason", reason)
			}
			return errors.New(c.Name)
		}
	}
	if p.news("", "") {
		p.logger.Info("ready again")
	}
	return nil
}

// news reports whether there is something to log. A reason may never be the same twice, where
// it names the port of a connection.
func (p *Probes) news(check, reason string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if check == p.check && (reason == p.reason || time.Since(p.told) < time.Minute) {
		return false
	}
	p.check, p.reason, p.told = check, reason, time.Now()
	return true
}

func answer(w http.ResponseWriter, failing error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if failing == nil {
		fmt.Fprintln(w, "ok")
		return
	}
	w.WriteHeader(http.StatusServiceUnavailable)
	fmt.Fprintln(w, failing)
}

// Start serves h on address, with the limits that a small internal listener needs, until the
// server is closed. Its Addr field holds the address in use.
func Start(address string, h http.Handler, logger *slog.Logger) (*http.Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	server := limited(h)
	server.Addr = l.Addr().String()
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("listener failed", "address", server.Addr, "error", err.Error())
		}
	}()
	return server, nil
}

func limited(h http.Handler) *http.Server {
	return &http.Server{
		Handler:        h,
		ReadTimeout:    5 * time.Second,
		WriteTimeout:   10 * time.Second, // pprof adds to it what a profile takes
		IdleTimeout:    time.Minute,
		MaxHeaderBytes: 8 << 10,
	}
}

// Debug returns the handler of the debug listener: net/http/pprof below /debug/pprof/.
// It answers to names of loopback only: by any other a web page could have it read.
func Debug() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if host, _, _ := net.SplitHostPort(r.Host); host != "localhost" && !net.ParseIP(host).IsLoopback() {
			http.Error(w, "ask by localhost or a loopback address", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// version is set by the linker where Go cannot know it: an image is built without the repository.
var version string

// Version returns the version of the running binary as the linker or Go stamped it, "devel" for none.
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "(devel)" {
		return cmp.Or(info.Main.Version, "devel")
	}
	return "devel"
}
