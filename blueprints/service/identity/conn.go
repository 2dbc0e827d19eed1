package identity

import (
	"crypto/tls"
	"net"
	"sync"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

// verifyEvery is how long the proof of a peer is good for: a connection in use that is older
// must pass the trust bundles of the day once more, which costs less than a millisecond.
const verifyEvery = 10 * time.Second

// Conn is the connection below TLS. It closes itself at the latest when the SVID of either side
// expires, and carries nothing more soon after the trust in its peer is gone.
type Conn struct {
	net.Conn
	start  time.Time
	keeper keeper // or nil

	mu       sync.Mutex
	end      time.Time
	timer    *time.Timer
	peer     spiffeid.ID
	verify   func() error // verifies peer again
	verified time.Time
	closed   bool
}

// keeper is told once that the handshake of a connection is complete, and once that it is closed.
type keeper interface {
	settle(*Conn)
	leave(*Conn)
}

// NewConn returns inner as a Conn that ends at the latest when it is maxAge old.
func NewConn(inner net.Conn, maxAge time.Duration) *Conn { return newConn(inner, maxAge, nil) }

func newConn(inner net.Conn, maxAge time.Duration, k keeper) *Conn {
	now := time.Now()
	c := &Conn{Conn: inner, start: now, keeper: k, end: now.Add(maxAge)}
	c.mu.Lock() // the timer may fire before it is assigned
	defer c.mu.Unlock()
	c.timer = time.AfterFunc(maxAge, func() { c.Close() })
	return c
}

// Client returns the client's side of TLS on c, which from then on ends with the SVIDs too. The
// handshake is left to the first Read or Write. cfg is of ClientConfig.
func (c *Conn) Client(cfg *tls.Config) *tls.Conn { return tls.Client(c, c.config(cfg)) }

// config returns a copy of cfg that tells c of the SVIDs that are used.
func (c *Conn) config(cfg *tls.Config) *tls.Config {
	cfg = cfg.Clone()
	own := func(cert *tls.Certificate, err error) (*tls.Certificate, error) {
		if err == nil {
			c.endBy(cert.Leaf.NotAfter)
		}
		return cert, err
	}
	if get := cfg.GetCertificate; get != nil {
		cfg.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) { return own(get(hello)) }
	}
	if get := cfg.GetClientCertificate; get != nil {
		cfg.GetClientCertificate = func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) { return own(get(request)) }
	}
	verify := cfg.VerifyConnection
	cfg.VerifyConnection = func(state tls.ConnectionState) error {
		if err := verify(state); err != nil {
			return err
		}
		leaf := state.PeerCertificates[0]
		peer, err := x509svid.IDFromCert(leaf)
		if err != nil {
			return err
		}
		later := tls.ConnectionState{HandshakeComplete: true, PeerCertificates: state.PeerCertificates}
		c.mu.Lock()
		c.peer, c.verified = peer, time.Now()
		c.verify = func() error { return verify(later) }
		c.mu.Unlock()
		c.endBy(leaf.NotAfter)
		if c.keeper != nil {
			c.keeper.settle(c)
		}
		return nil
	}
	return cfg
}

// Read fails, and c is closed, where the peer is trusted no longer.
func (c *Conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if distrust := c.verifyAgain(); distrust != nil {
		return 0, distrust
	}
	return n, err
}

// Write is like Read.
func (c *Conn) Write(b []byte) (int, error) {
	if err := c.verifyAgain(); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

func (c *Conn) verifyAgain() error {
	c.mu.Lock()
	verify := c.verify
	if verify == nil || time.Since(c.verified) < verifyEvery {
		c.mu.Unlock()
		return nil
	}
	c.verified = time.Now()
	c.mu.Unlock()
	err := verify()
	if err != nil {
		c.Close()
	}
	return err
}

// endBy brings the end of c forward to t.
func (c *Conn) endBy(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.Before(c.end) && !c.closed {
		c.end = t
		c.timer.Reset(time.Until(t))
	}
}

// Peer returns the SPIFFE ID of the other side, which is empty until the handshake is complete.
func (c *Conn) Peer() spiffeid.ID {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.peer
}

// Retiring tells whether the last quarter of c's life has begun. A server should then answer
// "Connection: close", which on HTTP/2 is a GOAWAY, so that the end finds no request in flight.
func (c *Conn) Retiring() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Until(c.end) < c.end.Sub(c.start)/4
}

// Close closes c and stops its timer.
func (c *Conn) Close() error {
	c.mu.Lock()
	first := !c.closed
	c.closed = true
	c.timer.Stop()
	c.mu.Unlock()
	if first && c.keeper != nil {
		c.keeper.leave(c)
	}
	return c.Conn.Close()
}
