package api

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/mintwright/mintwright/blueprints/service/httpclient"
	"github.com/mintwright/mintwright/blueprints/service/httpserver"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
	"github.com/mintwright/mintwright/blueprints/service/telemetry"
)

// TestPeers asks for the greetings of a peer that runs in this test.
func TestPeers(t *testing.T) {
	var traceparent string
	tracers := sdktrace.NewTracerProvider()
	peers := NewPeers(map[string]*httpclient.Client{"ledger": newPeer(t, tracers, func(w http.ResponseWriter, r *http.Request) {
		traceparent = r.Header.Get("Traceparent")
		switch r.URL.Path {
		case "/v1/greetings/Ada Lovelace":
			w.Write([]byte(`{"message":"Hello!","caller":"spiffe://acme.example/us"}`)) //nolint:errcheck // a test
		default:
			http.Error(w, `{"detail":"secret"}`, http.StatusInternalServerError)
		}
	})})
	tests := []struct {
		peer, name string
		answer     string
		status     int // of the problem, 0 for none
	}{
		{"ledger", "Ada Lovelace", `{"message":"Hello!","caller":"spiffe://acme.example/us"}`, 0},
		{"ledger", "Mallory", "", http.StatusBadGateway},
		{"ledger", "..", "", http.StatusBadGateway}, // not the peer's other routes
		{"nobody", "Ada Lovelace", "", http.StatusNotFound},
	}
	for _, test := range tests {
		ctx, span := tracers.Tracer("test").Start(t.Context(), "request")
		w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
		r.SetPathValue("peer", test.peer)
		r.SetPathValue("name", test.name)
		err := peers.get(w, r)
		span.End()

		var problem *httpserver.Problem
		switch failed := errors.As(err, &problem); {
		case failed != (test.status != 0), failed && problem.Status != test.status:
			t.Errorf("%s, %s: got error %v, want status %d", test.peer, test.name, err, test.status)
		case failed && strings.Contains(problem.Detail, "secret"):
			t.Errorf("%s, %s: the caller is told %q", test.peer, test.name, problem.Detail)
		case strings.TrimSpace(w.Body.String()) != test.answer:
			t.Errorf("%s, %s: got %s, want %s", test.peer, test.name, w.Body, test.answer)
		}
		if want := span.SpanContext().TraceID().String(); test.status == 0 && !strings.Contains(traceparent, want) {
			t.Errorf("the peer got trace %q, want %s carried on", traceparent, want)
		}
	}
}

// newPeer returns a client of a peer that answers by handle.
func newPeer(t *testing.T, tracers *sdktrace.TracerProvider, handle http.HandlerFunc) *httpclient.Client {
	t.Helper()
	ca := identitytest.NewCA(t, "acme.example")
	id := spiffeid.RequireFromString("spiffe://acme.example/ledger")
	svid := ca.SVID(id.String(), time.Hour)
	peer := httptest.NewUnstartedServer(handle)
	peer.EnableHTTP2 = true
	peer.TLS = &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{svid.Certificates[0].Raw}, PrivateKey: svid.PrivateKey}},
		ClientAuth:   tls.RequireAnyClientCert,
	}
	peer.StartTLS()
	t.Cleanup(peer.Close)
	return httpclient.New(httpclient.Options{
		Address: peer.Listener.Addr().String(),
		Server:  id,
		Source:  identitytest.NewSource(ca.SVID("spiffe://acme.example/us", time.Hour), ca.Bundle()),
		Telemetry: func(next http.RoundTripper) http.RoundTripper {
			return telemetry.Transport(next, tracers, noop.NewMeterProvider())
		},
	})
}
