package app

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"

	"github.com/mintwright/mintwright/blueprints/service/api"
	"github.com/mintwright/mintwright/blueprints/service/config"
	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
	"github.com/mintwright/mintwright/blueprints/service/ops"
)

// world is the service, running in this process with identities made in memory, and what is
// needed to call it.
type world struct {
	url    string
	ca     *identitytest.CA
	friend spiffeid.ID // who may call every route
}

// start runs the service until the test ends.
func start(tb testing.TB) world {
	tb.Helper()
	domain := ID().TrustDomain()
	w := world{
		ca:     identitytest.NewCA(tb, domain.Name()),
		friend: spiffeid.RequireFromPath(domain, "/test/friend"),
	}
	var rules identity.Rules
	for _, rule := range api.Access() {
		rules = append(rules, identity.Rule{Target: rule.Target, Allow: identity.IDs(w.friend)})
	}
	settings := map[string]string{"LAME_DUCK": "0s", "TELEMETRY_SHUTDOWN_TIMEOUT": "100ms", "LOG_LEVEL": "error"}
	c, _, err := config.Load(func(name string) string { return settings[name] })
	if err != nil {
		tb.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	w.url = "https://" + listener.Addr().String()
	source := identitytest.NewSource(w.ca.SVID(ID().String(), time.Hour), w.ca.Bundle())
	probes := ops.NewProbes(slog.New(slog.DiscardHandler))

	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := Serve(ctx, c, source, rules, listener, probes); err != nil {
			tb.Error(err)
		}
	}()
	tb.Cleanup(func() {
		cancel()
		<-done
	})
	return w
}

// client returns a client that shows svid and expects the service at the other end.
func (w world) client(svid *x509svid.SVID) *http.Client {
	source := identitytest.NewSource(svid, w.ca.Bundle())
	return &http.Client{
		Timeout:   5 * time.Second,
		Transport: &http.Transport{TLSClientConfig: identity.ClientConfig(source, ID()), ForceAttemptHTTP2: true},
	}
}

// status calls the service as the holder of svid and returns the status of the answer, 0
// where the connection was refused.
func (w world) status(t *testing.T, svid *x509svid.SVID, path string) int {
	t.Helper()
	client := w.client(svid)
	defer client.CloseIdleConnections()
	response, err := client.Get(w.url + path)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	return response.StatusCode
}

func TestWhoMayCall(t *testing.T) {
	w := start(t)
	other := identitytest.NewCA(t, "another.example")
	impostor := identitytest.NewCA(t, ID().TrustDomain().Name()) // of the right name, with the wrong key
	tests := []struct {
		caller string
		svid   *x509svid.SVID
		path   string
		status int
	}{
		{"friend", w.ca.SVID(w.friend.String(), time.Hour), "/v1/greetings/Ada", http.StatusOK},
		{"friend, no such route", w.ca.SVID(w.friend.String(), time.Hour), "/nowhere", http.StatusNotFound},
		{"stranger", w.ca.SVID("spiffe://"+ID().TrustDomain().Name()+"/test/stranger", time.Hour), "/v1/greetings/Ada", 0},
		{"friend whose SVID has expired", w.ca.SVID(w.friend.String(), -time.Second), "/v1/greetings/Ada", 0},
		{"friend of another trust domain", other.SVID("spiffe://another.example/test/friend", time.Hour), "/v1/greetings/Ada", 0},
		{"friend by a forged SVID", impostor.SVID(w.friend.String(), time.Hour), "/v1/greetings/Ada", 0},
	}
	for _, test := range tests {
		if got := w.status(t, test.svid, test.path); got != test.status {
			t.Errorf("%s: got status %d, want %d (0: refused in the handshake)", test.caller, got, test.status)
		}
	}
}

// TestNoSessionIsResumed holds a server to its decisions: a resumed session would skip them.
func TestNoSessionIsResumed(t *testing.T) {
	w := start(t)
	client := w.client(w.ca.SVID(w.friend.String(), time.Hour))
	transport := client.Transport.(*http.Transport)
	transport.TLSClientConfig.SessionTicketsDisabled = false
	transport.TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(8)
	for range 2 {
		response, err := client.Get(w.url + "/v1/greetings/Ada")
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		client.CloseIdleConnections()
		if response.TLS.DidResume {
			t.Error("the session was resumed")
		}
	}
}

func TestGreeting(t *testing.T) {
	w := start(t)
	response, err := w.client(w.ca.SVID(w.friend.String(), time.Hour)).Get(w.url + "/v1/greetings/Ada")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got api.Greeting
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if want := (api.Greeting{Message: "Hello, Ada!", Caller: w.friend.String()}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// BenchmarkRequest measures one request through the whole chain on a connection that is open.
func BenchmarkRequest(b *testing.B) {
	w := start(b)
	client := w.client(w.ca.SVID(w.friend.String(), time.Hour))
	b.ReportAllocs()
	for b.Loop() {
		response, err := client.Get(w.url + "/v1/greetings/Ada")
		if err != nil {
			b.Fatal(err)
		}
		response.Body.Close()
	}
}
