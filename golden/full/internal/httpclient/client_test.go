package httpclient

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"

	"example.com/acme/payments/v2/internal/identity/identitytest"
)

var (
	clientID = spiffeid.RequireFromString("spiffe://acme.example/client")
	serverID = spiffeid.RequireFromString("spiffe://acme.example/server")
)

// world is a trust domain with a client.
type world struct {
	ca     *identitytest.CA
	source *identitytest.Source // of the client
}

func newWorld(t *testing.T) world {
	ca := identitytest.NewCA(t, clientID.TrustDomain().Name())
	return world{ca: ca, source: identitytest.NewSource(ca.SVID(clientID.String(), time.Hour), ca.Bundle())}
}

// server is an HTTP server over TLS that counts the connections it is asked for.
type server struct {
	*httptest.Server
	connections atomic.Int64
}

// serve answers as the holder of svid, with what change makes of the configuration.
func (w world) serve(t *testing.T, svid *x509svid.SVID, h http.HandlerFunc, change func(*tls.Config)) *server {
	t.Helper()
	config := &tls.Config{
		Certificates: []tls.Certificate{{PrivateKey: svid.PrivateKey}},
		ClientAuth:   tls.RequireAnyClientCert,
		NextProtos:   []string{"h2", "http/1.1"},
	}
	for _, cert := range svid.Certificates {
		config.Certificates[0].Certificate = append(config.Certificates[0].Certificate, cert.Raw)
	}
	if change != nil {
		change(config)
	}
	s := &server{Server: httptest.NewUnstartedServer(h)}
	s.TLS = config
	s.EnableHTTP2 = true
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// client returns a client of the server at s, which has to be serverID.
func (w world) client(t *testing.T, s *server) *Client {
	t.Helper()
	client, err := New(Options{
		Address:   s.Listener.Addr().String(),
		Server:    serverID,
		Source:    w.source,
		Telemetry: func(next http.RoundTripper) (http.RoundTripper, error) { return next, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// start serves h as serverID and returns a client of it.
func start(t *testing.T, h http.HandlerFunc) (*server, *Client) {
	t.Helper()
	w := newWorld(t)
	s := w.serve(t, w.ca.SVID(serverID.String(), time.Hour), h, nil)
	return s, w.client(t, s)
}

func TestDo(t *testing.T) {
	_, client := start(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		peer, _ := x509svid.IDFromCert(r.TLS.PeerCertificates[0])
		json.NewEncoder(w).Encode([]string{ //nolint:errcheck // the client tells
			r.Proto, peer.String(), r.Method, r.RequestURI, r.Header.Get("Content-Type"), string(body),
		})
	})
	tests := []struct {
		method, path string
		in           any
		want         string // method, request URI, content type, body
	}{
		{"GET", "/v1/things?q=a%20b", nil, `GET,/v1/things?q=a%20b,,`},
		{"GET", "/v1/a%2Fb/", nil, `GET,/v1/a%2Fb/,,`},
		{"GET", "/", nil, `GET,/,,`},
		{"POST", "/v1/things", map[string]int{"n": 1}, `POST,/v1/things,application/json,{"n":1}`},
	}
	for _, test := range tests {
		var got []string
		if err := client.Do(t.Context(), test.method, test.path, test.in, &got); err != nil {
			t.Errorf("%s %s: %v", test.method, test.path, err)
			continue
		}
		if got, want := strings.Join(got, ","), "HTTP/2.0,"+clientID.String()+","+test.want; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if err := client.Do(t.Context(), "GET", "/", nil, nil); err != nil {
		t.Errorf("an answer that nobody wants: %v", err)
	}
	if err := client.Do(t.Context(), "POST", "/", make(chan int), nil); err == nil {
		t.Error("a body that JSON has no words for was sent")
	}
}

// TestRefusedServers: no request reaches one who is not the server that is meant, and no
// second attempt is made.
func TestRefusedServers(t *testing.T) {
	w := newWorld(t)
	impostor := identitytest.NewCA(t, serverID.TrustDomain().Name())
	another := identitytest.NewCA(t, "another.example")
	good := func() *x509svid.SVID { return w.ca.SVID(serverID.String(), time.Hour) }
	tests := []struct {
		name   string
		svid   *x509svid.SVID
		change func(*tls.Config)
		want   string // in the error, beside serverID
	}{
		{"another ID", w.ca.SVID("spiffe://acme.example/other", time.Hour), nil, "spiffe://acme.example/other"},
		{"the ID as a prefix", w.ca.SVID(serverID.String()+"/more", time.Hour), nil, serverID.String() + "/more"},
		{"another trust domain", another.SVID("spiffe://another.example/server", time.Hour), nil, "spiffe://another.example/server"},
		{"a forged SVID", impostor.SVID(serverID.String(), time.Hour), nil, "unknown authority"},
		{"an expired SVID", w.ca.SVID(serverID.String(), -time.Second), nil, "expired"},
		{"no SVID", w.ca.SVID("https://acme.example/server", time.Hour), nil, `got ""`},
		{"no question who calls", good(), func(c *tls.Config) { c.ClientAuth = tls.NoClientCert }, "does not ask who calls"},
		{"refuses the client", good(), func(c *tls.Config) {
			c.VerifyConnection = func(tls.ConnectionState) error { return errors.New("stranger") }
		}, "remote error"},
		{"an old version of TLS", good(), func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, "protocol version"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := w.serve(t, test.svid, func(http.ResponseWriter, *http.Request) { t.Error("the request was served") }, test.change)
			err := w.client(t, s).Do(t.Context(), "GET", "/secret", nil, nil)
			if err == nil {
				t.Fatal("not refused")
			}
			if own := new(refusal); errors.As(err, own) && !strings.Contains(err.Error(), `"`+serverID.String()+`"`) {
				t.Errorf("%v does not name the server that was meant", err)
			}
			// The client may see no more of its refusal than that the connection has ended.
			if !strings.Contains(err.Error(), test.want) && test.name != "refuses the client" {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
			if got := s.connections.Load(); got != 1 && test.name != "refuses the client" {
				t.Errorf("%d connections, want 1: a refusal is final", got)
			}
		})
	}
}

func TestRefusedAnswers(t *testing.T) {
	s, client := start(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/long":
			fmt.Fprintf(w, "%q", strings.Repeat("x", maxResponseBytes))
		case "/zeros": // unpacks to more than the limit
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			packed.Write(make([]byte, maxResponseBytes+1)) //nolint:errcheck // the client tells
			packed.Close()
		case "/html":
			io.WriteString(w, "<html>") //nolint:errcheck // the client tells
		case "/redirect":
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		case "/problem":
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusConflict)
			io.WriteString(w, `{"status":200,"title":"Conflict","detail":"it is taken"}`) //nolint:errcheck // the client tells
		case "/chatty":
			w.WriteHeader(http.StatusConflict)
			fmt.Fprintf(w, `{"detail":%q}`, strings.Repeat("x", maxProblemBytes))
		case "/cut":
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, `"half`) //nolint:errcheck // the client tells
			panic(http.ErrAbortHandler)
		default:
			t.Errorf("%s was asked for", r.URL.Path)
		}
	})
	tests := []struct {
		path   string
		status int
		want   string // in the error
	}{
		{"/long", 0, "too long"},
		{"/zeros", 0, "too long"},
		{"/html", 0, "invalid character '<'"},
		{"/redirect", 302, "answered 302: Found"},
		{"/problem", 409, "answered 409: it is taken"},
		{"/chatty", 409, "answered 409: Conflict"},
		{"/cut", 0, ""},
	}
	for _, test := range tests {
		var out string
		err := client.Do(t.Context(), "POST", test.path, nil, &out)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "calling "+client.address) {
			t.Errorf("%s: got %v, want %q in it, and the address", test.path, err, test.want)
		}
		var failure *StatusError
		if errors.As(err, &failure) != (test.status != 0) || failure != nil && failure.Status != test.status {
			t.Errorf("%s: got %v, want status %d", test.path, err, test.status)
		}
	}
	if got := s.connections.Load(); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

// TestPathsLeadNowhereElse: a path is often made of what a caller said.
func TestPathsLeadNowhereElse(t *testing.T) {
	_, client := start(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was asked for", r.RequestURI) })
	for _, path := range []string{
		"", "v1", "?q", "//evil.example/v1", "///x", "https://evil.example/", "http://" + client.address + "/plaintext",
		"mailto:x", "/v1/..", "/v1/../admin", "/v1/./x", "/v1/%2e%2e/admin", "/v1/..%2fadmin", "/v1\n", "/%zz", `/v1/%`,
	} {
		if err := client.Do(t.Context(), "GET", path, nil, nil); err == nil {
			t.Errorf("path %q was taken", path)
		}
	}
	if err := client.Do(t.Context(), "GE T", "/", nil, nil); err == nil {
		t.Error("a method with a space was taken")
	}
}

// TestOneConnection serves many calls, one after the other and at once.
func TestOneConnection(t *testing.T) {
	s, client := start(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%q", r.URL.Query().Get("n"))
	})
	call := func(n int) {
		var got string
		if err := client.Do(t.Context(), "GET", fmt.Sprintf("/?n=%d", n), nil, &got); err != nil || got != fmt.Sprint(n) {
			t.Errorf("got %q and %v, want %d", got, err, n)
		}
	}
	call(0)
	var calls sync.WaitGroup
	for n := range 50 {
		calls.Go(func() { call(n) })
	}
	calls.Wait()
	if got := s.connections.Load(); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

// TestCallsOutliveConnections: an SVID that expires takes its connections with it, and no
// idempotent call.
func TestCallsOutliveConnections(t *testing.T) {
	const lifetime = 2 * time.Second // a certificate knows whole seconds
	w := newWorld(t)
	rotate := func() { w.source.Rotate(w.ca.SVID(clientID.String(), lifetime)) }
	rotate()
	s := w.serve(t, w.ca.SVID(serverID.String(), time.Hour), func(http.ResponseWriter, *http.Request) {
		time.Sleep(50 * time.Millisecond) // so that the end finds a call in flight
	}, nil)
	client := w.client(t, s)
	for end := time.Now().Add(2 * lifetime); s.connections.Load() < 2; rotate() {
		if err := client.Do(t.Context(), "GET", "/", nil, nil); err != nil {
			t.Fatal(err)
		}
		if time.Now().After(end) {
			t.Fatal("the connection outlived the SVID")
		}
	}
}

// TestServerGoes closes the connection between two calls: neither fails, not even one that
// is sent once only.
func TestServerGoes(t *testing.T) {
	s, client := start(t, func(http.ResponseWriter, *http.Request) {})
	for range 3 {
		if err := client.Do(t.Context(), "POST", "/", nil, nil); err != nil {
			t.Fatal(err)
		}
		s.CloseClientConnections()
		time.Sleep(20 * time.Millisecond) // the client hears of it
	}
	if got := s.connections.Load(); got != 3 {
		t.Errorf("%d connections, want 3", got)
	}
}

func TestNobodyAnswers(t *testing.T) {
	s, client := start(t, func(http.ResponseWriter, *http.Request) {})
	s.Close()
	err := client.Do(t.Context(), "GET", "/", nil, nil)
	var failure *net.OpError
	if !errors.As(err, &failure) || failure.Op != "dial" {
		t.Errorf("got %v, want that the connection was refused", err)
	}
}

func TestDeadline(t *testing.T) {
	leave := make(chan struct{})
	_, client := start(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-leave:
		case <-r.Context().Done():
		}
	})
	defer close(leave)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := client.Do(ctx, "GET", "/", nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the deadline was exceeded", err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
}
