package ops

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestProbes(t *testing.T) {
	var reason error
	check := Check{Name: "identity", Ready: func() error { return reason }}
	tests := []struct {
		state                string
		change               func(*Probes)
		startup, live, ready string
	}{
		{"starting", func(*Probes) {}, "starting", "ok", "starting"},
		{"running", func(p *Probes) { p.SetChecks(check) }, "ok", "ok", "ok"},
		{"check fails", func(*Probes) { reason = errors.New("secret detail") }, "ok", "ok", "identity"},
		{"check passes again", func(*Probes) { reason = nil }, "ok", "ok", "ok"},
		{"draining", func(p *Probes) { p.Drain() }, "ok", "ok", "draining"},
	}
	p := NewProbes(slog.New(slog.DiscardHandler))
	h := p.Handler()
	for _, test := range tests {
		test.change(p)
		for path, want := range map[string]string{"/startupz": test.startup, "/livez": test.live, "/readyz": test.ready} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			if got := strings.TrimSpace(w.Body.String()); got != want {
				t.Errorf("%s, %s: got %q, want %q", test.state, path, got, want)
			}
			if got, want := w.Code == http.StatusOK, want == "ok"; got != want {
				t.Errorf("%s, %s: status %d", test.state, path, w.Code)
			}
		}
	}
}

// TestReadinessIsLoggedOnce: probes come every few seconds, an outage lasts hours.
func TestReadinessIsLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := NewProbes(slog.New(slog.NewTextHandler(&out, nil)))
		var reason func() error
		p.SetChecks(Check{Name: "identity", Ready: func() error { return reason() }})
		always := func(err error) func() error { return func() error { return err } }
		probe := 0
		for _, test := range []struct {
			reason func() error
			want   string // the line, "" for none
		}{
			{always(nil), ""},
			{always(errors.New("expired")), `msg="not ready" check=identity reason=expired`},
			{always(errors.New("gone")), `msg="not ready" check=identity reason=gone`},
			{func() error { probe++; return fmt.Errorf("port %d", probe) }, `msg="not ready" check=identity reason="port 1"`},
			{always(nil), `msg="ready again"`},
		} {
			reason = test.reason
			out.Reset()
			for range 3 {
				if err := p.Ready(); (err != nil) != strings.Contains(test.want, "not ready") || err != nil && err.Error() != "identity" {
					t.Errorf("%s: got %v", test.want, err)
				}
			}
			if got := out.String(); !strings.Contains(got, test.want) || strings.Count(got, "\n") != min(len(test.want), 1) {
				t.Errorf("logged %q, want %q once", got, test.want)
			}
			time.Sleep(time.Minute)
		}
	})
}

func TestStart(t *testing.T) {
	logger := slog.New(slog.DiscardHandler)
	server, err := Start("127.0.0.1:0", Debug(), logger)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Get("http://" + server.Addr + "/debug/pprof/")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); !strings.Contains(string(body), "goroutine") {
		t.Errorf("the index of profiles has no goroutines: %s", body)
	}
	if _, err := Start(server.Addr, Debug(), logger); err == nil {
		t.Error("a second server on one address started")
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}

// TestDebugByName: a web page that has its own name lead to this machine reads no profile.
func TestDebugByName(t *testing.T) {
	for host, want := range map[string]int{
		"127.0.0.1:6060":      http.StatusOK,
		"[::1]:6060":          http.StatusOK,
		"localhost:6060":      http.StatusOK,
		"evil.example:6060":   http.StatusForbidden,
		"192.0.2.1:6060":      http.StatusForbidden,
		"localhost.evil:6060": http.StatusForbidden,
		"":                    http.StatusForbidden,
	} {
		r := httptest.NewRequest(http.MethodGet, "/debug/pprof/cmdline", nil)
		r.Host = host
		w := httptest.NewRecorder()
		Debug().ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %q: got status %d, want %d", host, w.Code, want)
		}
	}
}

// TestLimits: a request that does not end is cut off, and so is a client that does not read;
// a profile that takes its time is not.
func TestLimits(t *testing.T) {
	probes := serve(t, NewProbes(slog.New(slog.DiscardHandler)).Handler())
	profiles := serve(t, Debug())
	endless := dial(t, probes)
	if _, err := io.WriteString(endless, "GET /livez HTTP/1.1\r\nHost: probes\r\nContent-Length: 9\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	deaf := dial(t, probes)
	deaf.SetWriteDeadline(time.Now().Add(10 * time.Second)) //nolint:errcheck // the test fails anyway
	requests := []byte(strings.Repeat("GET /livez HTTP/1.1\r\nHost: probes\r\n\r\n", 1000))
	var err error
	for err == nil {
		_, err = deaf.Write(requests) // until the server, which cannot answer, hangs up
	}
	response, err := http.Get("http://" + profiles + "/debug/pprof/trace?seconds=1")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("trace: status %d, %v", response.StatusCode, err)
	}
	for name, c := range map[string]net.Conn{"a request that does not end": endless, "a client that does not read": deaf} {
		c.SetReadDeadline(time.Now().Add(2 * time.Second)) //nolint:errcheck // the test fails anyway
		if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s holds its connection", name)
		}
	}
}

// serve runs h with the limits of Start, but for how long they are.
func serve(t *testing.T, h http.Handler) (address string) {
	t.Helper()
	server := limited(h)
	server.ReadTimeout /= 50
	server.WriteTimeout /= 50
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(l) //nolint:errcheck // until the end of the test
	t.Cleanup(func() { server.Close() })
	return l.Addr().String()
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}
