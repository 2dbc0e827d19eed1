package httpserver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/metric/noop"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
)

// startPublic serves those of routes that everyone may call, and returns the server, a client
// without an identity and the log.
func startPublic(t *testing.T, routes []Route, open ...string) (*Server, *http.Client, *records) {
	t.Helper()
	ca := identitytest.NewCA(t, "acme.example")
	pair := ca.SVID("", time.Hour, func(cert *x509.Certificate) { cert.URIs, cert.DNSNames = nil, []string{"server"} })
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile := filepath.Join(t.TempDir(), "tls.crt"), filepath.Join(t.TempDir(), "tls.key")
	for name, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: pair.Certificates[0].Raw}, keyFile: {Type: "PRIVATE KEY", Bytes: key},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var rules identity.Rules
	for _, target := range open {
		rules = append(rules, identity.Rule{Target: target, Allow: identity.Everyone()})
	}
	log := new(records)
	logger := slog.New(slog.NewTextHandler(log, nil))
	access, err := identity.NewAuthorizer(rules, logger, noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	config, err := identity.PublicConfig(certFile, keyFile, logger, noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewPublic(PublicOptions{
		TLS: config, Access: access, Logger: logger,
		Telemetry: func(next http.Handler) (http.Handler, error) { return next, nil },
	}, Public(routes, rules))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	pool := x509.NewCertPool()
	pool.AddCert(ca.Bundle().X509Authorities()[0])
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS13},
		ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, l.Addr().String())
		},
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := errors.Join(s.Shutdown(context.Background()), <-served); err != nil {
			t.Error(err)
		}
	})
	return s, &http.Client{Transport: transport, Timeout: 10 * time.Second}, log
}

func TestPublic(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request) error {
		if caller, ok := identity.Caller(r.Context()); ok || r.TLS == nil {
			return errors.New("called by " + caller.String())
		}
		_, err := io.WriteString(w, "public")
		return err
	}
	routes := []Route{
		{"GET /open/{name}", answer},
		{"POST /open/{name}", answer},
		{"GET /closed", answer},
		{"GET /broken", func(http.ResponseWriter, *http.Request) error { panic("secret") }},
	}
	s, client, log := startPublic(t, routes, "GET /open/{name}", "GET /broken")
	tests := []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/open/x", http.StatusOK, "public"},
		{"POST", "/open/x", http.StatusMethodNotAllowed, "Method Not Allowed"},
		{"GET", "/closed", http.StatusNotFound, "Not Found"},
		{"GET", "/", http.StatusNotFound, "Not Found"},
		{"GET", "/broken", http.StatusInternalServerError, "Internal Server Error"},
	}
	for _, test := range tests {
		response, body := call(t, client, test.method, test.path, nil)
		if response.StatusCode != test.status || !strings.Contains(body, test.body) || response.ProtoMajor != 2 {
			t.Errorf("%s %s: %s %s %q, want %d and %q", test.method, test.path, response.Proto, response.Status, body, test.status, test.body)
		}
		for name, want := range map[string]string{
			"Strict-Transport-Security": "max-age=31536000",
			"X-Content-Type-Options":    "nosniff",
			"Content-Security-Policy":   "default-src 'none'; frame-ancestors 'none'",
			"Cache-Control":             "no-store",
		} {
			if got := response.Header.Values(name); len(got) != 1 || got[0] != want {
				t.Errorf("%s %s: %s: want %q, got %q", test.method, test.path, name, want, got)
			}
		}
	}
	if text := log.String(); !strings.Contains(text, "panic: secret") {
		t.Errorf("the panic has no record:\n%s", text)
	}

	s.Drain()
	if response, _ := call(t, client, "GET", "/open/x", nil); response.StatusCode != http.StatusOK {
		t.Errorf("while draining: %s", response.Status)
	}
}

func TestPublicRoutes(t *testing.T) {
	routes := []Route{{Pattern: "GET /a"}, {Pattern: "GET /b"}}
	rules := identity.Rules{{Target: "GET /b", Allow: identity.Everyone()}, {Target: "GET /c", Allow: identity.Everyone()}}
	public := Public(routes, rules)
	if len(public) != 1 || public[0].Pattern != "GET /b" || routes[0].Pattern != "GET /a" {
		t.Errorf("want GET /b alone, got %v of %v", public, routes)
	}
	if err := rules.Check(Targets(public)...); err == nil || !strings.Contains(err.Error(), `rule "GET /c" has no target`) {
		t.Errorf("a public rule without a route: %v", err)
	}
	if _, err := NewPublic(PublicOptions{Telemetry: func(next http.Handler) (http.Handler, error) { return next, nil }, Logger: slog.New(slog.DiscardHandler)}, []Route{{Pattern: "GET"}}); err == nil {
		t.Error("a malformed pattern was accepted")
	}
}
