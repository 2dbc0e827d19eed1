package ping_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/proto/spiffe/workload"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"go.opentelemetry.io/otel/metric/noop"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/acme/payments/v2/internal/identity"
	"example.com/acme/payments/v2/internal/identity/identitytest"
	"example.com/acme/payments/v2/internal/ping"
)

const (
	server   = "spiffe://acme.example/ns/shop/sa/server"
	friend   = "spiffe://acme.example/ns/shop/sa/friend"
	stranger = "spiffe://acme.example/ns/shop/sa/stranger"
)

func TestRun(t *testing.T) {
	t.Parallel()
	ca := identitytest.NewCA(t, "acme.example")
	address := serve(t, ca)
	for _, c := range []struct {
		name, caller, server, path, want string
		args                             []string
	}{
		{name: "let in", caller: friend, server: server, path: "/hello", want: server + " answers " + friend + ": 204 No Content\n"},
		{name: "gRPC", caller: friend, server: server, path: ping.HealthCheck, want: server + " answers " + friend + ": grpc-status 0\n"},
		{name: "refused as it should be", caller: stranger, server: server, args: []string{"--refused"}, path: "/", want: "as it should"},
		{name: "refused", caller: stranger, server: server, path: "/", want: "error: https://" + address + "/: " + server + " refuses " + stranger},
		{name: "not refused", caller: friend, server: server, args: []string{"--refused"}, path: "/hello", want: "error: https://" + address + "/hello: " + server + " lets " + friend + " in: 204"},
		{name: "another server", caller: friend, server: stranger, path: "/", want: "error: https://" + address + "/: the server is"},
		{name: "another server, refused", caller: friend, server: stranger, args: []string{"--refused"}, path: "/", want: "error: "},
		{name: "no URL", caller: friend, server: server, args: []string{"--refused", "x"}, want: "error: ping takes one URL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := &agent{svid: ca.SVID(c.caller, time.Hour), root: ca.Bundle().X509Authorities()[0]}
			a.refusals.Store(1) // the registration is on its way
			socket := a.serve(t)
			args := append(c.args, "https://"+address+c.path)
			var out bytes.Buffer
			if err := ping.Run(t.Context(), socket, spiffeid.RequireFromString(c.server), args, &out); err != nil {
				out.WriteString("error: " + err.Error())
			}
			if !strings.Contains(out.String(), c.want) {
				t.Errorf("want %q, got %q", c.want, out.String())
			}
		})
	}
}

func TestRunInVain(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for url, want := range map[string]string{
		"http://localhost:8443/":  "is no URL",
		"https://localhost/":      "is no URL",
		"https://localhost:8443/": "no SVID from SPIFFE_ENDPOINT_SOCKET=\"unix:///nowhere\"",
	} {
		err := ping.Run(ctx, "unix:///nowhere", spiffeid.RequireFromString(server), []string{url}, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want %q, got %v", url, want, err)
		}
	}
}

// serve starts a server that lets friend in, and returns its address.
func serve(t *testing.T, ca *identitytest.CA) string {
	t.Helper()
	access, err := identity.NewAuthorizer(identity.Rules{
		{Target: "any", Allow: identity.IDs(spiffeid.RequireFromString(friend))},
	}, slog.New(slog.DiscardHandler), noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("POST "+ping.HealthCheck, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", "0")
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	src := identitytest.NewSource(ca.SVID(server, time.Hour), ca.Bundle())
	s := &http.Server{
		Handler: mux, TLSConfig: identity.ServerConfig(src, access), ReadHeaderTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	go s.ServeTLS(listener, "", "")
	t.Cleanup(func() { s.Close() })
	return listener.Addr().String()
}

// agent is a Workload API that refuses at first and then gives one SVID.
type agent struct {
	workload.UnimplementedSpiffeWorkloadAPIServer
	refusals atomic.Int32
	svid     *x509svid.SVID
	root     *x509.Certificate
}

func (a *agent) FetchX509SVID(_ *workload.X509SVIDRequest, stream grpc.ServerStreamingServer[workload.X509SVIDResponse]) error {
	if a.refusals.Add(-1) >= 0 {
		return status.Error(codes.PermissionDenied, "no identity issued")
	}
	key, err := x509.MarshalPKCS8PrivateKey(a.svid.PrivateKey)
	if err != nil {
		return err
	}
	return stream.Send(&workload.X509SVIDResponse{Svids: []*workload.X509SVID{{
		SpiffeId: a.svid.ID.String(), X509Svid: a.svid.Certificates[0].Raw, X509SvidKey: key, Bundle: a.root.Raw,
	}}})
}

// serve starts the agent and returns its address.
func (a *agent) serve(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "agent") // short: the name of a socket has 104 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	path := filepath.Join(folder, "api.sock")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer()
	workload.RegisterSpiffeWorkloadAPIServer(s, a)
	go s.Serve(listener)
	t.Cleanup(s.Stop)
	return "unix://" + path
}
