package identity_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/acme/orders/internal/identity"
	"github.com/acme/orders/internal/identity/identitytest"
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
			identitytest.Bubble(t, func(t *testing.T) {
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
	identitytest.Bubble(t, func(t *testing.T) {
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
	dialer := tls.Dialer{Config: identity.ClientConfig(src, src.ID())}
	conn, err := dialer.DialContext(t.Context(), "tcp", inner.Addr().String())
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

// TestDistrust takes an authority out of the bundles of one side: its open connection carries
// nothing soon after, in neither direction.
func TestDistrust(t *testing.T) {
	for _, test := range []struct{ distrustful, sender string }{
		{"server", "client"}, {"server", "server"}, {"client", "client"}, {"client", "server"},
	} {
		t.Run(test.sender+" sends, "+test.distrustful+" distrusts", func(t *testing.T) {
			identitytest.Bubble(t, func(t *testing.T) {
				acme, partner := identitytest.NewCA(t, "acme.example"), identitytest.NewCA(t, "partner.example")
				rotated := identitytest.NewCA(t, "partner.example")
				src := identitytest.NewSource(acme.SVID(serverID, time.Hour), acme.Bundle(), partner.Bundle())
				peer := identitytest.NewSource(partner.SVID(partnerID, time.Hour), acme.Bundle(), partner.Bundle())
				p := newPipe()
				var log logBuffer
				counts := newMeter()
				access := authorizer(t, &log, counts, peer.ID())
				listener := tls.NewListener(identity.NewGuard(p, access, time.Hour), identity.ServerConfig(src, access))
				var sender net.Conn = identity.NewConn(p.dial(), time.Hour).Client(identity.ClientConfig(peer, src.ID()))
				receiver, err := listener.Accept()
				if err != nil {
					t.Fatal(err)
				}
				defer sender.Close()
				if test.sender == "server" {
					sender, receiver = receiver, sender
				}
				received := make(chan error)
				go func() {
					for err := error(nil); err == nil; received <- err {
						_, err = receiver.Read(make([]byte, 1))
					}
				}()
				send := func() error {
					go sender.Write([]byte("x"))
					return <-received
				}
				if err := send(); err != nil {
					t.Fatal(err)
				}

				both := slices.Concat(partner.Bundle().X509Authorities(), rotated.Bundle().X509Authorities())
				src.SetBundles(acme.Bundle(), x509bundle.FromX509Authorities(peer.ID().TrustDomain(), both))
				time.Sleep(time.Minute)
				if err := send(); err != nil {
					t.Errorf("while the authority was trusted: %v", err)
				}
				if n := counts.count("authorization.decisions", ""); n != 1 {
					t.Errorf("%d decisions of one connection", n)
				}
				log.take()
				refused := 0
				if test.distrustful == "server" {
					src.SetBundles(acme.Bundle(), rotated.Bundle())
					refused = 1
				} else {
					peer.SetBundles(rotated.Bundle())
				}
				time.Sleep(10 * time.Second)
				if err := send(); err == nil {
					t.Error("the connection was used after its authority had gone")
				}
				if n := strings.Count(log.String(), "msg=refused"); n != refused {
					t.Errorf("%d records, want %d:\n%s", n, refused, &log)
				}
			})
		})
	}
}

// secured returns a listener of src over inner that admits callers.
func secured(t *testing.T, inner net.Listener, src identity.Source, maxAge time.Duration, callers ...spiffeid.ID) net.Listener {
	t.Helper()
	access := authorizer(t, io.Discard, noop.NewMeterProvider(), callers...)
	return tls.NewListener(identity.NewGuard(inner, access, maxAge), identity.ServerConfig(src, access))
}
