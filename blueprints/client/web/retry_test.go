package web

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

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/mintwright/mintwright/blueprints/client/authority"
)

// play is a server of memory: it gives the outcomes one after the other, and notes when it was
// asked and with which body.
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
	return &http.Response{StatusCode: o.status, Header: http.Header{"Retry-After": {o.after}}, Body: closer{strings.NewReader(""), p}}, nil
}

func (p *play) client() *SampleClient {
	p.began = time.Now()
	return &SampleClient{address: "server:443", transport: p}
}

type closer struct {
	io.Reader
	p *play
}

func (c closer) Close() error { c.p.open--; return nil }

func TestRetry(t *testing.T) {
	for _, test := range []struct {
		name       string
		idempotent bool
		outcomes   []outcome
		attempts   int
		status     int // at the end; 0: an error of the connection
	}{
		{"success", true, []outcome{{200, ""}}, 1, 200},
		{"broken, then well", true, []outcome{{0, ""}, {200, ""}}, 2, 200},
		{"passing troubles", true, []outcome{{503, ""}, {502, ""}, {200, ""}}, 3, 200},
		{"a time-out behind it", true, []outcome{{504, ""}, {200, ""}}, 2, 200},
		{"too many", true, []outcome{{429, "1"}, {200, ""}}, 2, 200},
		{"once only", false, []outcome{{503, ""}, {200, ""}}, 1, 503},
		{"broken once only", false, []outcome{{0, ""}, {200, ""}}, 1, 0},
		{"never well", true, []outcome{{503, ""}}, 3, 503},
		{"always broken", true, []outcome{{0, ""}}, 3, 0},
		{"our fault", true, []outcome{{400, ""}, {200, ""}}, 1, 400},
		{"its fault", true, []outcome{{500, ""}, {200, ""}}, 1, 500},
		{"asks for too long", true, []outcome{{503, "60"}, {200, ""}}, 1, 503},
		{"asks for ages", true, []outcome{{503, "99999999999999999999"}, {200, ""}}, 1, 503},
		{"asks for nonsense", true, []outcome{{503, "soon"}, {200, ""}}, 2, 200},
		{"asks for the past", true, []outcome{{503, "Fri, 31 Dec 1999 23:59:59 GMT"}, {200, ""}}, 2, 200},
		{"asks for a far day", true, []outcome{{503, "Mon, 02 Jan 2106 15:04:05 GMT"}, {200, ""}}, 1, 503},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &play{outcomes: test.outcomes}
				err := p.client().do(t.Context(), sampleCall{pattern: "PUT /", path: "/", in: "whole", idempotent: test.idempotent})
				got := 200
				if failure, ok := errors.AsType[*SampleError](err); ok {
					got = failure.Status
				} else if err != nil {
					got = 0
				}
				if got != test.status || len(p.at) != test.attempts {
					t.Errorf("got %v after %d attempts, want status %d after %d", err, len(p.at), test.status, test.attempts)
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
			if err := p.client().do(t.Context(), sampleCall{pattern: "GET /", path: "/", idempotent: true}); err == nil {
				t.Error("no error")
			}
			first, second := p.at[1]-p.at[0], p.at[2]-p.at[1]
			if first < samplePause/2 || first > samplePause || second < samplePause || second > 2*samplePause {
				t.Errorf("pauses %v and %v", first, second)
			}
			seen[fmt.Sprint(p.at)] = true
		}
		if len(seen) < 2 {
			t.Error("all pauses are alike")
		}
	})
}

// TestRetryAfter in seconds and by a date.
func TestRetryAfter(t *testing.T) {
	for _, after := range []func() string{
		func() string { return "2" },
		func() string { return time.Now().Add(2 * time.Second).UTC().Format(http.TimeFormat) },
	} {
		synctest.Test(t, func(t *testing.T) {
			p := &play{outcomes: []outcome{{503, after()}, {200, ""}}}
			if err := p.client().do(t.Context(), sampleCall{pattern: "GET /", path: "/", idempotent: true}); err != nil {
				t.Fatal(err)
			}
			if want := 2 * time.Second; p.at[1] != want {
				t.Errorf("the second attempt came after %v, want %v", p.at[1], want)
			}
		})
	}
}

// TestRetryEnds with the context, whatever the server may still say, and with the time of the call.
func TestRetryEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		p := &play{outcomes: []outcome{{503, "5"}, {200, ""}}}
		if err := p.client().do(ctx, sampleCall{pattern: "GET /", path: "/", idempotent: true}); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that the call was cancelled", err)
		}
		if len(p.at) != 1 || time.Since(p.began) != time.Second || p.open != 0 {
			t.Errorf("%d attempts in %v, %d answers open", len(p.at), time.Since(p.began), p.open)
		}
		p = &play{outcomes: []outcome{{503, "5"}, {200, ""}}}
		if err := p.client().do(t.Context(), sampleCall{pattern: "GET /", path: "/", idempotent: true, timeout: 4 * time.Second}); err == nil || time.Since(p.began) != 0 {
			t.Errorf("got %v in %v, want no pause that the deadline cuts", err, time.Since(p.began))
		}
	})
}

// TestAge: an old transport is replaced, and none asks a proxy.
func TestAge(t *testing.T) {
	ca := authority.NewAuthority(t, spiffeid.RequireTrustDomainFromString("acme.example"))
	transport := &sampleTransport{svids: ca.SVID(spiffeid.RequireFromString("spiffe://acme.example/client")), bundles: ca.Bundle()}
	first, err := transport.renewed()
	if err != nil {
		t.Fatal(err)
	}
	if first.Proxy != nil {
		t.Error("a proxy is asked")
	}
	if again, err := transport.renewed(); err != nil || again != first {
		t.Errorf("got another transport, %v", err)
	}
	transport.made = transport.made.Add(-sampleConnectionAge)
	if again, err := transport.renewed(); err != nil || again == first {
		t.Errorf("got the same transport, %v", err)
	}
}
