package identity_test

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
)

// TestHTTP serves both versions of HTTP while connections retire and end: no request fails.
func TestHTTP(t *testing.T) {
	t.Parallel()
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			ca := identitytest.NewCA(t, "acme.example")
			src := identitytest.NewSource(ca.SVID(serverID, time.Hour), ca.Bundle())
			peer := identitytest.NewSource(ca.SVID(clientID, time.Hour), ca.Bundle())
			const maxAge = 400 * time.Millisecond
			inner := listen(t)
			server := &http.Server{
				ConnContext: func(ctx context.Context, c net.Conn) context.Context {
					return identity.WithConn(ctx, c.(*tls.Conn).NetConn().(*identity.Conn))
				},
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if identity.Retiring(r.Context()) {
						w.Header().Set("Connection", "close")
					}
					caller, _ := identity.Caller(r.Context())
					io.WriteString(w, r.Proto+" "+caller.String())
				}),
				ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
			}
			go server.Serve(secured(t, inner, src, maxAge, peer.ID()))
			defer server.Close()

			dials := 0
			cfg := identity.ClientConfig(peer, src.ID())
			transport := &http.Transport{ForceAttemptHTTP2: true}
			if protocol == "HTTP/1.1" {
				cfg.NextProtos = []string{"http/1.1"}
			}
			dialer := tls.Dialer{Config: cfg}
			transport.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				dials++
				return dialer.DialContext(ctx, network, address)
			}
			defer transport.CloseIdleConnections()
			client := &http.Client{Transport: transport}
			requests := 0
			for start := time.Now(); time.Since(start) < 5*maxAge/2; requests++ {
				response, err := client.Get("https://" + inner.Addr().String())
				if err != nil {
					t.Fatalf("after %d requests and %d connections: %v", requests, dials, err)
				}
				body, err := io.ReadAll(response.Body)
				response.Body.Close()
				if want := protocol + " " + clientID; err != nil || string(body) != want {
					t.Fatalf("want %q, got %q, %v", want, body, err)
				}
				time.Sleep(time.Millisecond)
			}
			if dials < 3 || dials > 10 {
				t.Errorf("%d connections for %d requests, want one for about each %s", dials, requests, maxAge)
			}
		})
	}
}
