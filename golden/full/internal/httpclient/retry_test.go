package httpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// play is a server of memory: it gives the outcomes one after the other, and notes when it
// was asked and with which body.
type play struct {
	outcomes []outcome
	began    time.Time
	at       []time.Duration
	bodies   []string
	open     int // answers whose body is not closed
}

type outcome struct {
	status int // 0: the connection breaks
	after  string
}

func (p *play) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	r.Body.Close()
	p.at = append(p.at, time.Since(p.began))
	p.bodies = append(p.bodies, string(body))
	o := p.outcomes[min(len(p.at), len(p.outcomes))-1]
	if o.status == 0 {
		return nil, errors.New("connection reset")
	}
	p.open++
	return &http.Response{
		StatusCode: o.status,
		Header:     http.Header{"Retry-After": {o.after}},
		Body:       closer{strings.NewReader(`"done"`), p},
	}, nil
}

func (p *play) client() *Client {
	p.began = time.Now()
	return &Client{address: "server:443", transport: retry{p}}
}

type closer struct {
	io.Reader
	p *play
}

func (c closer) Close() error { c.p.open--; return nil }

func TestRetry(t *testing.T) {
	tests := []struct {
		name     string
		method   string
		outcomes []outcome
		attempts int
		status   int // at the end; 0: an error of the connection
	}{
		{"success", "GET", []outcome{{200, ""}}, 1, 200},
		{"broken, then well", "GET", []outcome{{0, ""}, {200, ""}}, 2, 200},
		{"head", "HEAD", []outcome{{503, ""}, {502, ""}, {200, ""}}, 3, 200},
		{"put", "PUT", []outcome{{504, ""}, {200, ""}}, 2, 200},
		{"delete", "DELETE", []outcome{{0, ""}, {200, ""}}, 2, 200},
		{"options", "OPTIONS", []outcome{{0, ""}, {200, ""}}, 2, 200},
		{"post", "POST", []outcome{{503, ""}, {200, ""}}, 1, 503},
		{"broken post", "POST", []outcome{{0, ""}, {200, ""}}, 1, 0},
		{"patch", "PATCH", []outcome{{503, ""}, {200, ""}}, 1, 503},
		{"never well", "GET", []outcome{{503, ""}}, 3, 503},
		{"always broken", "GET", []outcome{{0, ""}}, 3, 0},
		{"our fault", "GET", []outcome{{400, ""}, {200, ""}}, 1, 400},
		{"its fault", "GET", []outcome{{500, ""}, {200, ""}}, 1, 500},
		{"asks for too long", "GET", []outcome{{503, "60"}, {200, ""}}, 1, 503},
		{"asks for ages", "GET", []outcome{{503, "99999999999999999999"}, {200, ""}}, 1, 503},
		{"asks for nonsense", "GET", []outcome{{503, "soon"}, {200, ""}}, 2, 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &play{outcomes: test.outcomes}
				err := p.client().Do(t.Context(), test.method, "/", "whole", nil)
				got, failure := 0, new(StatusError)
				if errors.As(err, &failure) {
					got = failure.Status
				} else if err == nil {
					got = 200
				}
				if got != test.status {
					t.Errorf("got %v, want status %d", err, test.status)
				}
				if len(p.at) != test.attempts {
					t.Errorf("%d attempts, want %d", len(p.at), test.attempts)
				}
				if slices.ContainsFunc(p.bodies, func(body string) bool { return body != `"whole"` }) {
					t.Errorf("bodies %q: each has to be whole", p.bodies)
				}
				if p.open != 0 {
					t.Errorf("%d answers are not closed", p.open)
				}
			})
		})
	}
}

// TestPauses double, and differ from call to call.
func TestPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := map[string]bool{}
		for range 20 {
			p := &play{outcomes: []outcome{{503, ""}}}
			_ = p.client().Do(t.Context(), "GET", "/", nil, nil)
			first, second := p.at[1]-p.at[0], p.at[2]-p.at[1]
			if first < firstPause/2 || first > firstPause || second < firstPause || second > 2*firstPause {
				t.Errorf("pauses %v and %v", first, second)
			}
			seen[fmt.Sprint(p.at)] = true
		}
		if len(seen) < 2 {
			t.Error("all pauses are alike")
		}
	})
}

func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &play{outcomes: []outcome{{503, "2"}, {200, ""}}}
		if err := p.client().Do(t.Context(), "GET", "/", nil, nil); err != nil {
			t.Fatal(err)
		}
		if got := p.at[1]; got != 2*time.Second {
			t.Errorf("the second attempt came after %v, want 2s", got)
		}
	})
}

// TestRetryEndsWithTheContext, whatever the server may still say.
func TestRetryEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		p := &play{outcomes: []outcome{{503, "5"}, {200, ""}}}
		if err := p.client().Do(ctx, "GET", "/", nil, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that the call was cancelled", err)
		}
		if len(p.at) != 1 || time.Since(p.began) != time.Second || p.open != 0 {
			t.Errorf("%d attempts in %v, %d answers open", len(p.at), time.Since(p.began), p.open)
		}
	})
}
