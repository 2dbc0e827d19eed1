package httpserver

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acme/orders/internal/identity"
)

// TestDeadline: a request ends at its limit for whoever waits for it, and what was made of its
// context ends with it.
func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := newExchange(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
		ctx := x.request.Context()
		if at, ok := ctx.Deadline(); !ok || time.Until(at) != requestTimeout {
			t.Errorf("the deadline is %v, %v", at, ok)
		}
		child, cancel := context.WithCancel(context.WithValue(ctx, http.ServerContextKey, nil))
		defer cancel()
		time.Sleep(requestTimeout - time.Nanosecond)
		if err := errors.Join(ctx.Err(), child.Err()); err != nil {
			t.Errorf("ended too early: %v", err)
		}
		<-child.Done()
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) || !errors.Is(child.Err(), context.DeadlineExceeded) {
			t.Errorf("got %v and %v", ctx.Err(), child.Err())
		}
	})
}

// TestDeadlineFollows: the end of the request ends its context, asked before or after.
func TestDeadlineFollows(t *testing.T) {
	for name, asked := range map[string]bool{"asked before": true, "asked after": false} {
		t.Run(name, func(t *testing.T) {
			parent, cancel := context.WithCancelCause(t.Context())
			x := newExchange(httptest.NewRecorder(), httptest.NewRequestWithContext(parent, http.MethodGet, "/", nil))
			if asked && x.limit.Err() != nil {
				t.Errorf("ended already: %v", x.limit.Err())
			}
			cancel(io.ErrClosedPipe)
			<-x.limit.Done()
			if !errors.Is(x.limit.Err(), context.Canceled) || !errors.Is(context.Cause(&x.limit), io.ErrClosedPipe) {
				t.Errorf("got %v because of %v", x.limit.Err(), context.Cause(&x.limit))
			}
		})
	}
	x := newExchange(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	done := x.limit.Done()
	x.limit.end()
	<-done
}

// TestFlushedAnswers: what was flushed has begun, and to what was hijacked nothing is added.
func TestFlushedAnswers(t *testing.T) {
	_, client, _ := start(t, []Route{
		{"GET /flushed", func(w http.ResponseWriter, _ *http.Request) error {
			w.(http.Flusher).Flush()
			return errors.New("broken")
		}},
		{"GET /hijacked", func(w http.ResponseWriter, _ *http.Request) error {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return err
			}
			defer conn.Close()
			_, err = io.WriteString(conn, "HTTP/1.1 202 Mine\r\nContent-Length: 4\r\n\r\nmine")
			return errors.Join(err, errors.New("broken"))
		}},
	})
	response, err := client.Get("https://server/flushed")
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(response.Body); err == nil {
		t.Errorf("the answer %q looks complete", body)
	}
	response.Body.Close()

	conn := raw(t, client)
	if _, err := io.WriteString(conn, "GET /hijacked HTTP/1.1\r\nHost: server\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	response, err = http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "mine" || response.StatusCode != http.StatusAccepted {
		t.Errorf("got %s, %q, %v", response.Status, body, err)
	}
	response.Body.Close()
}

// TestFormFiles: what a form leaves on the disk goes with its request.
func TestFormFiles(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var file string
	_, client, _ := start(t, []Route{{"POST /form", func(_ http.ResponseWriter, r *http.Request) error {
		if err := r.ParseMultipartForm(1); err != nil {
			return err
		}
		f, err := r.MultipartForm.File["f"][0].Open()
		if err != nil {
			return err
		}
		file = f.(*os.File).Name()
		return f.Close()
	}}})
	const form = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nhello\r\n--b--\r\n"
	conn := raw(t, client)
	_, err := io.WriteString(conn, "POST /form HTTP/1.1\r\nHost: server\r\nContent-Type: multipart/form-data; boundary=b\r\nConnection: close\r\n"+
		"Content-Length: 77\r\n\r\n"+form)
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(conn); err != nil || file == "" {
		t.Fatalf("got %q, %v", answer, err)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", file, err)
	}
}

// TestAllocations: the limits of a request are one allocation, whoever waits for none of them.
func TestAllocations(t *testing.T) {
	s, _, _ := start(t, []Route{{"GET /", func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}}})
	ctx := identity.WithCaller(t.Context(), friendID)
	w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, "/", http.NoBody)
	routing := testing.AllocsPerRun(100, func() { s.mux.Handler(r) })
	if got := testing.AllocsPerRun(100, func() { s.http.Handler.ServeHTTP(w, r) }) - routing; got > 1 {
		t.Errorf("got %v allocations more than the mux alone, want 1", got)
	}
}
