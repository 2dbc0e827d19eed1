package identity

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

// NewListener returns a listener whose Accept gives a *tls.Conn, with a *Conn as its NetConn.
// The handshake is left to the first Read or Write, so that a slow peer holds up nobody else.
//
// A connection ends at the latest when it is maxAge old, or when the SVID of either side
// expires, whatever is first. cfg is of ServerConfig.
func NewListener(inner net.Listener, cfg *tls.Config, maxAge time.Duration) net.Listener {
	return &listener{Listener: inner, cfg: cfg, maxAge: maxAge}
}

type listener struct {
	net.Listener
	cfg    *tls.Config
	maxAge time.Duration
}

func (l *listener) Accept() (net.Conn, error) {
	inner, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return NewConn(inner, l.maxAge).Server(l.cfg), nil
}

// Dial connects to address and completes the handshake. What NewListener says of a
// connection's end holds for it too. cfg is of ClientConfig.
func Dial(ctx context.Context, network, address string, cfg *tls.Config, maxAge time.Duration) (*tls.Conn, error) {
	var dialer net.Dialer
	inner, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	conn := NewConn(inner, maxAge).Client(cfg)
	if err := conn.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// Conn is the connection below TLS. It closes itself when its time is over.
type Conn struct {
	net.Conn
	start time.Time

	mu     sync.Mutex
	end    time.Time
	timer  *time.Timer
	peer   spiffeid.ID
	closed bool
}

// NewConn returns inner as a Conn that ends at the latest when it is maxAge old.
func NewConn(inner net.Conn, maxAge time.Duration) *Conn {
	now := time.Now()
	c := &Conn{Conn: inner, start: now, end: now.Add(maxAge)}
	c.mu.Lock() // the timer may fire before it is assigned
	defer c.mu.Unlock()
	c.timer = time.AfterFunc(maxAge, func() { c.Close() })
	return c
}

// Server returns the server's side of TLS on c, which from then on ends with the SVIDs too. The
// handshake is left to the first Read or Write. cfg is of ServerConfig.
func (c *Conn) Server(cfg *tls.Config) *tls.Conn { return tls.Server(c, c.config(cfg)) }

// Client is Server for the client's side. cfg is of ClientConfig.
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
		c.mu.Lock()
		c.peer = peer
		c.mu.Unlock()
		c.endBy(leaf.NotAfter)
		return nil
	}
	return cfg
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
	c.closed = true
	c.timer.Stop()
	c.mu.Unlock()
	return c.Conn.Close()
}
