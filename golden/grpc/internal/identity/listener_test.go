package identity_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/metric/noop"

	"example.com/acme/stock/internal/identity"
	"example.com/acme/stock/internal/identity/identitytest"
)

// TestConnectionEnd lets each limit in turn be the first, in the time of a bubble.
func TestConnectionEnd(t *testing.T) {
	const short, long = time.Minute, time.Hour
	tests := []struct {
		name                 string
		clientTTL, serverTTL time.Duration
		maxAge               time.Duration
	}{
		{"the client's SVID expires", short, long, long},
		{"the server's SVID expires", long, short, long},
		{"the connection is old", long, long, short},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ca := identitytest.NewCA(t, "acme.example")
				src := identitytest.NewSource(ca.SVID(serverID, test.serverTTL), ca.Bundle())
				peer := identitytest.NewSource(ca.SVID(clientID, test.clientTTL), ca.Bundle())
				pipe := newPipe()
				listener := secured(t, pipe, src, test.maxAge, peer.ID())
				client := tls.Client(pipe.dial(), identity.ClientConfig(peer, spiffeid.RequireFromString(serverID)))
				conn, err := listener.Accept()
				if err != nil {
					t.Fatal(err)
				}
				server, ok := conn.(*tls.Conn).NetConn().(*identity.Conn)
				if !ok {
					t.Fatal("below TLS there is no Conn")
				}
				if !server.Peer().IsZero() {
					t.Error("the peer is known before the handshake")
				}
				ended := make(chan error, 2)
				go func() { _, err := io.Copy(io.Discard, conn); ended <- err }()
				go func() { _, err := io.Copy(io.Discard, client); ended <- err }()
				synctest.Wait()
				if server.Peer() != peer.ID() {
					t.Errorf("peer: want %q, got %q", peer.ID(), server.Peer())
				}

				time.Sleep(short * 7 / 10)
				if server.Retiring() {
					t.Error("retiring after 70 % of its life")
				}
				time.Sleep(short / 10)
				if !server.Retiring() {
					t.Error("not retiring after 80 % of its life")
				}
				if len(ended) > 0 {
					t.Error("ended after 80 % of its life")
				}
				time.Sleep(short / 5)
				synctest.Wait()
				if len(ended) != 2 {
					t.Errorf("%d of 2 sides ended in time", len(ended))
				}
			})
		})
	}
}

// pipe is a net.Listener in memory.
type pipe struct{ conns chan net.Conn }

func newPipe() *pipe { return &pipe{make(chan net.Conn, 1)} }

func (p *pipe) dial() net.Conn {
	client, server := net.Pipe()
	p.conns <- server
	return client
}

func (p *pipe) Accept() (net.Conn, error) { return <-p.conns, nil }
func (p *pipe) Close() error              { return nil }
func (p *pipe) Addr() net.Addr            { return nil }

// TestTimerEndsWithConnection closes a connection early: nothing may touch it later.
func TestTimerEndsWithConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ca := identitytest.NewCA(t, "acme.example")
		src := identitytest.NewSource(ca.SVID(serverID, time.Hour), ca.Bundle())
		client, server := net.Pipe()
		defer client.Close()
		inner := &closeCounter{Conn: server}
		p := newPipe()
		p.conns <- inner
		conn, err := secured(t, p, src, time.Minute).Accept()
		if err != nil {
			t.Fatal(err)
		}
		conn.(*tls.Conn).NetConn().Close()
		time.Sleep(time.Hour)
		synctest.Wait()
		if inner.closed != 1 {
			t.Errorf("closed %d times, want 1", inner.closed)
		}
	})
}

type closeCounter struct {
	net.Conn
	closed int
}

func (c *closeCounter) Close() error {
	c.closed++
	return c.Conn.Close()
}

// TestSilentPeer connects and never says a word.
func TestSilentPeer(t *testing.T) {
	ca := identitytest.NewCA(t, "acme.example")
	src := identitytest.NewSource(ca.SVID(serverID, time.Hour), ca.Bundle())
	inner := listen(t)
	listener := secured(t, inner, src, 200*time.Millisecond, src.ID())

	silent, err := net.Dial("tcp", inner.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	first, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	go first.(*tls.Conn).Handshake()

	// A second peer is served meanwhile.
	go func() {
		if conn, err := listener.Accept(); err == nil {
			io.Copy(conn, conn)
		}
	}()
	conn, err := identity.Dial(t.Context(), "tcp", inner.Addr().String(), identity.ClientConfig(src, src.ID()), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()

	// The silent one is cut off when it is too old.
	silent.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.Copy(io.Discard, silent); err != nil {
		t.Errorf("the silent peer was not cut off: %v", err)
	}
}

func TestListenerCloses(t *testing.T) {
	ca := identitytest.NewCA(t, "acme.example")
	src := identitytest.NewSource(ca.SVID(serverID, time.Hour), ca.Bundle())
	listener := secured(t, listen(t), src, time.Hour)
	accepted := make(chan error)
	go func() { _, err := listener.Accept(); accepted <- err }()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-accepted; !errors.Is(err, net.ErrClosed) {
		t.Errorf("want %v, got %v", net.ErrClosed, err)
	}
}

func TestDialRefused(t *testing.T) {
	inner := listen(t)
	ca := identitytest.NewCA(t, "acme.example")
	src := identitytest.NewSource(ca.SVID(serverID, time.Hour), ca.Bundle())

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := identity.Dial(ctx, "tcp", inner.Addr().String(), identity.ClientConfig(src, src.ID()), time.Hour)
	if !errors.Is(err, context.DeadlineExceeded) { // nobody answers the handshake
		t.Errorf("want %v, got %v", context.DeadlineExceeded, err)
	}
	inner.Close()
	if _, err := identity.Dial(t.Context(), "tcp", inner.Addr().String(), identity.ClientConfig(src, src.ID()), time.Hour); err == nil {
		t.Error("connected to a closed listener")
	}
}

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
					return context.WithValue(ctx, connKey{}, c.(*tls.Conn).NetConn())
				},
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					conn := r.Context().Value(connKey{}).(*identity.Conn)
					if conn.Retiring() {
						w.Header().Set("Connection", "close")
					}
					io.WriteString(w, r.Proto+" "+conn.Peer().String())
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
			transport.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				dials++
				return identity.Dial(ctx, network, address, cfg, time.Hour)
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

type connKey struct{}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

// secured returns a listener of src over inner that admits callers.
func secured(t *testing.T, inner net.Listener, src identity.Source, maxAge time.Duration, callers ...spiffeid.ID) net.Listener {
	t.Helper()
	access := authorizer(t, io.Discard, noop.NewMeterProvider(), callers...)
	return identity.NewListener(identity.NewGuard(inner, access, maxAge), identity.ServerConfig(src, access))
}
