package webtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mintwright/mintwright/blueprints/client/web"
)

// shop is a service of memory.
type shop struct{ web.Sample }

func (shop) Get(_ context.Context, id string) (*web.Item, error) {
	switch id {
	case "none":
		return nil, nil
	case "taken":
		return nil, &web.SampleError{Status: 409, Detail: "it is taken"}
	case "broken":
		return nil, errors.New("it broke")
	}
	return &web.Item{ID: id}, nil
}

func (shop) List(_ context.Context, after *int, kinds []string, since time.Time, from netip.Addr) ([]web.Item, error) {
	items := []web.Item{{ID: since.String() + from.String()}}
	for _, kind := range kinds {
		items = append(items, web.Item{ID: kind})
	}
	if after != nil {
		items = items[*after:]
	}
	return items, nil
}

func (shop) Create(_ context.Context, order web.Order) (*web.Item, error) {
	return &web.Item{Amount: order.Amount}, nil
}

func (shop) Replace(context.Context, int64, web.Order) error { return nil }
func (shop) Delete(context.Context, string) error            { return nil }

func (shop) Check(_ context.Context, name string) (bool, error) { return name == "a/b", nil }

func (shop) Search(_ context.Context, exact bool, limit uint8, near float64) error {
	if !exact || limit != 255 || near != 0.1 {
		return errors.New("other values")
	}
	return nil
}

// TestNewClient calls each method: what goes in comes out at the other end, and back.
func TestNewClient(t *testing.T) {
	client := NewClient(t, shop{})
	ctx := t.Context()
	if got, err := client.Get(ctx, "a/b"); err != nil || got.ID != "a/b" {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := client.Get(ctx, "none"); err != nil || got != nil {
		t.Errorf("got %v, %v", got, err)
	}
	for id, want := range map[string]web.SampleError{"taken": {Status: 409, Detail: "it is taken"}, "broken": {Status: 500, Detail: "it broke"}} {
		_, err := client.Get(ctx, id)
		if got, ok := errors.AsType[*web.SampleError](err); !ok || *got != want {
			t.Errorf("%s: got %v, want %v", id, err, want)
		}
	}
	since, from := time.Unix(1, 2).UTC(), netip.MustParseAddr("::1")
	if got, err := client.List(ctx, nil, []string{"x"}, since, from); err != nil || len(got) != 2 || got[0].ID != since.String()+"::1" {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := client.List(ctx, new(1), nil, since, from); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := client.Create(ctx, web.Order{Amount: 3}); err != nil || got.Amount != 3 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := client.Check(ctx, "a/b"); err != nil || !got {
		t.Errorf("got %v, %v", got, err)
	}
	if err := errors.Join(client.Replace(ctx, 1, web.Order{}), client.Delete(ctx, "x"), client.Search(ctx, true, 255, 0.1)); err != nil {
		t.Error(err)
	}
}

// witness is a test that notes what it is told.
type witness struct {
	testing.TB
	mu     sync.Mutex
	failed []string
	logged []string
	ended  []func()
}

func (w *witness) Errorf(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = append(w.failed, fmt.Sprintf(format, args...))
}

func (w *witness) Log(args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.logged = append(w.logged, fmt.Sprint(args...))
}

func (w *witness) Cleanup(f func()) { w.ended = append(w.ended, f) }

// end ends the test.
func (w *witness) end() {
	for _, f := range slices.Backward(w.ended) {
		f()
	}
}

// faulty is a service that goes wrong.
type faulty struct {
	shop
	calls  atomic.Int64
	counts map[string]int // nobody has made it
}

func (f *faulty) Get(_ context.Context, id string) (*web.Item, error) {
	f.calls.Add(1)
	switch id {
	case "panic":
		f.counts[id]++
	case "abort":
		panic(http.ErrAbortHandler)
	case "forgotten":
		return nil, &web.SampleError{Title: "gone"}
	}
	return nil, &web.SampleError{Status: 200, Detail: "fine"}
}

func (*faulty) Search(context.Context, bool, uint8, float64) error { panic("none") }

// TestFaults: what goes wrong in a service fails the test, and says where.
func TestFaults(t *testing.T) {
	test, service := &witness{TB: t}, new(faulty)
	client := NewClient(test, service)
	defer test.end()
	for _, c := range []struct {
		id   string
		want []string // in the failure
	}{
		{"panic", []string{"GET /items/{id}: panic: assignment to entry in nil map", "(*faulty).Get("}},
		{"forgotten", []string{"GET /items/{id}: 0 is no status of an error", "gone"}},
		{"fine", []string{"GET /items/{id}: 200 is no status of an error", "fine"}},
	} {
		test.failed = nil
		service.calls.Store(0)
		_, err := client.Get(t.Context(), c.id)
		if got, ok := errors.AsType[*web.SampleError](err); !ok || got.Status != 500 || service.calls.Load() != 1 {
			t.Errorf("%s: got %v after %d calls", c.id, err, service.calls.Load())
		}
		for _, want := range c.want {
			if len(test.failed) != 1 || !strings.Contains(test.failed[0], want) {
				t.Errorf("%s: the test failed by %q, want %q in it", c.id, test.failed, want)
			}
		}
	}
	test.failed = nil
	if err := client.Search(t.Context(), true, 1, 1); err == nil || len(test.failed) != 1 || !strings.Contains(test.failed[0], "HEAD /search: panic: none") {
		t.Errorf("got %v, and the test failed by %q", err, test.failed)
	}
	test.failed = nil
	if _, err := client.Get(t.Context(), "abort"); err == nil || len(test.failed) != 0 {
		t.Errorf("got %v, and the test failed by %q", err, test.failed)
	}
}

// TestServerLog: what the server says is logged.
func TestServerLog(t *testing.T) {
	test := &witness{TB: t}
	conn, err := net.Dial("tcp", Serve(test, shop{}).Address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "hello"+strings.Repeat("!", 20)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.ReadAll(conn) // the server closes it after it has told, or when the test ends
	test.end()
	if len(test.logged) != 1 || !strings.Contains(test.logged[0], "TLS handshake error") || strings.HasSuffix(test.logged[0], "\n") {
		t.Errorf("logged %q", test.logged)
	}
}

// late is a service that goes wrong when the test has ended.
type late struct {
	shop
	begun, end chan struct{}
}

func (l late) Delete(context.Context, string) error {
	close(l.begun)
	<-l.end
	panic("late")
}

// TestLateFault: a test that has ended is told nothing.
func TestLateFault(t *testing.T) {
	test, service := &witness{TB: t}, late{begun: make(chan struct{}), end: make(chan struct{})}
	r := &reporter{tb: test}
	handler := routes(r, service)
	done := make(chan struct{})
	go func() {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("DELETE", "/items/x", nil))
		close(done)
	}()
	<-service.begun
	r.end()
	close(service.end)
	<-done
	if _, err := r.Write([]byte("more")); err != nil || len(test.failed)+len(test.logged) != 0 {
		t.Errorf("got %v, and the test was told %q, %q", err, test.failed, test.logged)
	}
}
