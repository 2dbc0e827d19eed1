package ops

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
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
