package httpserver

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// exchange is all that a request needs here, in one allocation. None is used for a second
// request, so that a handler which keeps a part of it harms nobody.
type exchange struct {
	request http.Request
	limit   deadline
	out     response
}

// newExchange returns r and w with a limit of time, and a memory of whether the answer has begun.
func newExchange(w http.ResponseWriter, r *http.Request) *exchange {
	x := &exchange{
		limit: deadline{Context: r.Context(), at: time.Now().Add(requestTimeout)},
		out:   response{ResponseWriter: w},
	}
	x.request = *r.WithContext(&x.limit)
	return x
}

// response remembers whether an answer has begun.
type response struct {
	http.ResponseWriter
	begun bool
}

func (w *response) WriteHeader(status int) {
	w.begun = w.begun || status >= http.StatusOK || status == http.StatusSwitchingProtocols
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(b []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(b)
}

// FlushError serves http.ResponseController.
func (w *response) FlushError() error {
	w.begun = true
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Flush serves those who ask for an http.Flusher.
func (w *response) Flush() { _ = w.FlushError() }

// Hijack serves those who ask for an http.Hijacker; HTTP/2 has nothing to give them.
func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// Unwrap serves http.ResponseController, too.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// deadline is a context that ends at a time. Its timer, with all that a context which can be
// cancelled needs, is made when somebody waits for it: most requests are answered before.
type deadline struct {
	context.Context
	at    time.Time
	timer atomic.Pointer[timer]
}

type timer struct {
	context.Context
	cancel context.CancelFunc
}

func (d *deadline) Deadline() (time.Time, bool) { return d.at, true }
func (d *deadline) Done() <-chan struct{}       { return d.start().Done() }
func (d *deadline) Err() error                  { return d.start().Err() }

// Value asks the timer once there is one, so that a context made of d is cancelled with it,
// for which it would else need a goroutine.
func (d *deadline) Value(key any) any {
	if t := d.timer.Load(); t != nil {
		return t.Value(key)
	}
	return d.Context.Value(key)
}

func (d *deadline) start() *timer {
	if t := d.timer.Load(); t != nil {
		return t
	}
	ctx, cancel := context.WithDeadline(d.Context, d.at)
	if !d.timer.CompareAndSwap(nil, &timer{ctx, cancel}) {
		cancel()
	}
	return d.timer.Load()
}

// end stops the timer.
func (d *deadline) end() {
	if t := d.timer.Load(); t != nil {
		t.cancel()
	}
}
