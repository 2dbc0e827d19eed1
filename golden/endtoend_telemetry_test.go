//go:build linux || darwin

package golden

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mintwright/mintwright/internal/dev/otlp"
)

// trace is a caller's trace context.
type trace struct{ id, span string }

func newTrace() trace {
	random := func(n int) string {
		b := make([]byte, n)
		_, _ = rand.Read(b) // never fails
		return hex.EncodeToString(b)
	}
	return trace{random(16), random(8)}
}

// parent is a traceparent that asks for the trace to be sampled.
func (tr trace) parent() string { return "00-" + tr.id + "-" + tr.span + "-01" }

// call sends a request as caller, with a Host of the client's choice, and returns the status.
func (w *world) call(t *testing.T, caller, server, method, url, host string, tr trace) int {
	t.Helper()
	transport := keepHTTP2.transport(w.source(t, caller), server)
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	request.Header.Set("traceparent", tr.parent())
	client := &http.Client{Timeout: 10 * time.Second, Transport: transport}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

// awaitTrace waits for spans of the services in a trace.
func (w *world) awaitTrace(t *testing.T, id string, services ...string) otlp.Trace {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	found, err := w.sink.Await(ctx, func(found otlp.Trace) bool {
		return found.ID == id && slices.Equal(found.Services(), services)
	})
	if err != nil {
		t.Fatalf("no trace %s of %v: %v", id, services, err)
	}
	return found
}

// testTrace: one request is one trace across both services, with who called whom, with their
// log lines, and with metrics on which a client has written nothing.
func testTrace(t *testing.T, programs map[string]string) {
	const evil = "chosen-by-the-client.example:99"
	w := newWorld(t, programs, 0)
	orders, payments := w.shop(t)
	tr := newTrace()
	if status := w.call(t, checkoutID, ordersID, http.MethodGet, orders.url+throughOrders, evil, tr); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	if status := w.call(t, checkoutID, paymentsID, "CHOSEN", payments.url+direct+"?chosen-by-the-client", evil, newTrace()); status != http.StatusMethodNotAllowed {
		t.Errorf("status %d, want 405", status)
	}

	found := w.awaitTrace(t, tr.id, "orders", "payments")
	eventually(t, "the trace is complete", func() bool {
		found = w.awaitTrace(t, tr.id, "orders", "payments")
		return len(found.Spans) >= 4 && len(found.Logs) >= 1
	})
	parent := tr.span
	for _, want := range []struct{ service, kind, name, peer string }{
		{"orders", "server", "GET /v1/peers/{peer}/greetings/{name}", checkoutID},
		{"orders", "client", "GET", ""},
		{"payments", "server", "GET /v1/greetings/{name}", ordersID},
		{"payments", "internal", "compose greeting", ""},
	} {
		i := slices.IndexFunc(found.Spans, func(s otlp.Span) bool { return s.ParentID == parent })
		if i < 0 {
			t.Fatalf("no span below %s for %+v in\n%+v", parent, want, found.Spans)
		}
		s := found.Spans[i]
		if s.Service != want.service || s.Kind != want.kind || s.Name != want.name || s.Peer != want.peer {
			t.Errorf("span %q %q %q of %q, want %+v", s.Service, s.Kind, s.Name, s.Peer, want)
		}
		parent = s.SpanID
	}
	if l := found.Logs[0]; l.Service != "payments" || l.Body != composing || l.Attributes["caller"] != ordersID {
		t.Errorf("at the collector: %+v", l)
	}
	if r := payments.awaitLogs(t, 1, composing)[0]; r.text("trace_id") != tr.id || r.text("caller") != ordersID {
		t.Errorf("on stdout: %v, want trace %s", r, tr.id)
	}
	w.checkMetrics(t, "chosen", evil)
}

// checkMetrics waits for the metrics of payments and sees that none holds what was chosen.
func (w *world) checkMetrics(t *testing.T, chosen ...string) {
	t.Helper()
	for _, name := range []string{
		"http.server.request.duration", "authorization.decisions", "spiffe.svid.time_left",
		"go.memory.used", "go.goroutine.count", "greetings.composed",
	} {
		eventually(t, "payments sends "+name, func() bool {
			return slices.ContainsFunc(w.sink.Metrics(), func(m otlp.Metric) bool {
				return m.Service == "payments" && m.Name == name && len(m.Points) > 0
			})
		})
	}
	eventually(t, "the client metric of orders", func() bool {
		return slices.ContainsFunc(w.sink.Metrics(), func(m otlp.Metric) bool {
			return m.Service == "orders" && m.Name == "http.client.request.duration"
		})
	})
	for _, m := range w.sink.Metrics() {
		for _, p := range m.Points {
			for key, value := range p.Attributes {
				for _, c := range chosen {
					if strings.Contains(strings.ToLower(value), c) {
						t.Errorf("%s of %s has %s=%q, which the client chose", m.Name, m.Service, key, value)
					}
				}
			}
		}
	}
}

// testSampling: where nothing is sampled, a caller of the own trust domain can ask for a trace,
// and one of a federated trust domain cannot.
func testSampling(t *testing.T, programs map[string]string) {
	w := newWorld(t, programs, 0)
	payments := w.run(t, "payments")
	partner, own := newTrace(), newTrace()
	for _, call := range []struct {
		caller string
		trace  trace
	}{{frontID, partner}, {checkoutID, own}} { // the spans of the first would arrive first
		if status := w.call(t, call.caller, paymentsID, http.MethodGet, payments.url+direct, "", call.trace); status != http.StatusOK {
			t.Fatalf("%s: status %d", call.caller, status)
		}
	}
	w.awaitTrace(t, own.id, "payments")
	if code := payments.terminate(t, drainTimeout+telemetryBudget+slack); code != 0 { // and sends all it has
		t.Errorf("exit code %d\n%s", code, payments.output())
	}
	for _, s := range w.sink.Spans() {
		if s.TraceID != own.id {
			t.Errorf("the partner forced a span: %+v", s)
		}
	}
}
