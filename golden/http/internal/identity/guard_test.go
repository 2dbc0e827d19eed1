package identity_test

import (
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

	"github.com/acme/orders/internal/identity"
	"github.com/acme/orders/internal/identity/identitytest"
)

// TestFlood opens thousands of connections that never say a word, while a caller is served.
func TestFlood(t *testing.T) {
	const silent, places = 3000, 1024
	ca := identitytest.NewCA(t, "acme.example")
	src := identitytest.NewSource(ca.SVID(serverID, time.Hour), ca.Bundle())
	inner := listen(t)
	var log logBuffer
	counts := newMeter()
	access := authorizer(t, &log, counts, src.ID())
	listener := identity.NewListener(identity.NewGuard(inner, access, time.Hour), identity.ServerConfig(src, access))
	go func() {
		for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
			go func() {
				io.Copy(conn, conn)
				conn.Close()
			}()
		}
	}()

	call := func() {
		conn, err := identity.Dial(t.Context(), "tcp", inner.Addr().String(), identity.ClientConfig(src, src.ID()), time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if _, err := conn.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
			t.Fatalf("a caller was not served: %v", err)
		}
	}
	call()
	for n := range silent {
		conn, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if n%500 == 0 {
			call()
		}
	}
	call()
	const refused = silent - places + 1 // the last caller needed a place for a moment
	if n := counts.count("connections.refused", "no handshake"); n != refused {
		t.Errorf("%d connections refused, want %d", n, refused)
	}
	if n := strings.Count(log.String(), `msg="connections refused"`); n != 1 {
		t.Errorf("%d records of a flood, want 1", n)
	}
}

// TestFull fills all places with callers, who cannot be told from useful ones: the next is refused.
func TestFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const places = 16384
		inner := &crowd{left: places + 1}
		var log logBuffer
		counts := newMeter()
		guard := identity.NewGuard(inner, authorizer(t, &log, counts), time.Hour)
		var conns []net.Conn
		for {
			conn, err := guard.Accept()
			if err != nil {
				break
			}
			identity.Settle(conn)
			conns = append(conns, conn)
		}
		if len(conns) != places || inner.closed != 1 || counts.count("connections.refused", "too many connections") != 1 {
			t.Errorf("%d accepted and %d closed, want %d and 1; counted %v", len(conns), inner.closed, places, counts.all())
		}

		// One that is closed, though twice, makes room for one. That goes for the next, unless it
		// has ended its handshake.
		conns[0].Close()
		conns[0].Close()
		inner.left, inner.closed = 3, 0
		for _, settled := range []bool{false, true} {
			conn, err := guard.Accept()
			if err != nil {
				t.Fatal(err)
			}
			if settled {
				identity.Settle(conn)
			}
			conns = append(conns, conn)
		}
		if _, err := guard.Accept(); err == nil || inner.closed != 2 {
			t.Errorf("%v, %d closed; want 2, the last of them without being accepted", err, inner.closed)
		}

		time.Sleep(time.Minute)
		inner.left = 1
		guard.Accept()
		if n := strings.Count(log.String(), `msg="connections refused"`); n != 2 {
			t.Errorf("%d records, want one a minute", n)
		}
		for _, conn := range conns {
			conn.Close()
		}
	})
}

// crowd is a net.Listener with some connections left.
type crowd struct{ left, closed int }

func (c *crowd) Accept() (net.Conn, error) {
	if c.left == 0 {
		return nil, errors.New("nobody is left")
	}
	c.left--
	return &visitor{crowd: c}, nil
}
func (c *crowd) Close() error   { return nil }
func (c *crowd) Addr() net.Addr { return &net.TCPAddr{} }

type visitor struct {
	net.Conn
	crowd *crowd
}

func (v *visitor) Close() error {
	v.crowd.closed++
	return nil
}

// TestDistrust takes an authority out of the bundles of one side: its open connection carries
// nothing soon after, in neither direction.
func TestDistrust(t *testing.T) {
	for _, test := range []struct{ distrustful, sender string }{
		{"server", "client"}, {"server", "server"}, {"client", "client"}, {"client", "server"},
	} {
		t.Run(test.sender+" sends, "+test.distrustful+" distrusts", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				acme, partner := identitytest.NewCA(t, "acme.example"), identitytest.NewCA(t, "partner.example")
				rotated := identitytest.NewCA(t, "partner.example")
				src := identitytest.NewSource(acme.SVID(serverID, time.Hour), acme.Bundle(), partner.Bundle())
				peer := identitytest.NewSource(partner.SVID(partnerID, time.Hour), acme.Bundle(), partner.Bundle())
				p := newPipe()
				var log logBuffer
				counts := newMeter()
				access := authorizer(t, &log, counts, peer.ID())
				listener := identity.NewListener(identity.NewGuard(p, access, time.Hour), identity.ServerConfig(src, access))
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

// TestFederation lets a trust domain come and go: each handshake goes by the bundles of its time.
func TestFederation(t *testing.T) {
	acme, partner := identitytest.NewCA(t, "acme.example"), identitytest.NewCA(t, "partner.example")
	impostor := identitytest.NewCA(t, "partner.example")
	src := identitytest.NewSource(acme.SVID(serverID, time.Hour), acme.Bundle())
	client := func(ca *identitytest.CA, id string) *identitytest.Source {
		return identitytest.NewSource(ca.SVID(id, time.Hour), acme.Bundle())
	}
	named := []spiffeid.ID{spiffeid.RequireFromString(partnerID)}
	try := func(peer *identitytest.Source, callers ...spiffeid.ID) error {
		_, err := handshake(t, serverConfig(t, src, io.Discard, callers...), identity.ClientConfig(peer, src.ID()))
		return err
	}

	judge(t, "before federation", try(client(partner, partnerID), named...), "could not get X509 bundle")
	src.SetBundles(acme.Bundle(), partner.Bundle())
	judge(t, "federated", try(client(partner, partnerID), named...), "")
	judge(t, "federated and not named", try(client(partner, partnerID), src.ID()), "may not call")
	judge(t, "by the own authority", try(client(acme, partnerID), named...), "unknown authority")
	judge(t, "by another authority of that name", try(client(impostor, partnerID), named...), "unknown authority")
	judge(t, "an own ID by the partner's authority", try(client(partner, serverID), src.ID()), "unknown authority")
	src.SetBundles(acme.Bundle(), impostor.Bundle())
	judge(t, "after the authority was replaced", try(client(partner, partnerID), named...), "unknown authority")
	src.SetBundles(acme.Bundle())
	judge(t, "after federation", try(client(impostor, partnerID), named...), "could not get X509 bundle")
}
