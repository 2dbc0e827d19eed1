package identity_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"example.com/acme/payments/v2/internal/identity"
	"example.com/acme/payments/v2/internal/identity/identitytest"
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
	listener := tls.NewListener(identity.NewGuard(inner, access, time.Hour), identity.ServerConfig(src, access))
	go func() {
		for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
			go func() {
				io.Copy(conn, conn)
				conn.Close()
			}()
		}
	}()

	call := func() {
		conn, err := tls.Dial("tcp", inner.Addr().String(), identity.ClientConfig(src, src.ID()))
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
	identitytest.Bubble(t, func(t *testing.T) {
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

// TestGuardCloses closes a guard: who has not ended the handshake goes with it, a caller stays.
func TestGuardCloses(t *testing.T) {
	inner := &crowd{left: 2}
	guard := identity.NewGuard(inner, authorizer(t, io.Discard, newMeter()), time.Hour)
	for range 2 {
		conn, err := guard.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if inner.left == 1 {
			identity.Settle(conn)
		}
	}
	if err := guard.Close(); err != nil || inner.closed != 1 {
		t.Errorf("%v, %d connections closed, want 1", err, inner.closed)
	}
}
