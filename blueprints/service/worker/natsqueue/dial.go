package natsqueue

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/worker"
)

const (
	connectTimeout = 2 * time.Second
	pingInterval   = 10 * time.Second // a broker that answers none of two is given up
	connectionAge  = 30 * time.Minute
	maxGreeting    = 32 << 10 // bytes

	firstReconnect, lastReconnect = 100 * time.Millisecond, 10 * time.Second
)

// dialing returns how to connect: with TLS and the service's SVID to the server of that ID, or
// without to a broker on this machine. Connections are made again for ever.
func (q *Queue) dialing() ([]nats.Option, error) {
	u, err := url.Parse(q.o.URL)
	if err != nil {
		return nil, fmt.Errorf("broker %q: want a URL such as tls://nats:4222", q.o.URL)
	}
	options := []nats.Option{
		nats.Name(q.o.Name),
		nats.Timeout(connectTimeout),
		nats.RetryOnFailedConnect(true),
		nats.MaxReconnects(-1),
		nats.CustomReconnectDelay(func(attempts int) time.Duration { return worker.Backoff(attempts, firstReconnect, lastReconnect) }),
		nats.ReconnectBufSize(-1), // what cannot be sent now fails now
		nats.PingInterval(pingInterval),
		nats.MaxPingsOutstanding(2),
		nats.IgnoreDiscoveredServers(),
		nats.ReconnectErrHandler(func(_ *nats.Conn, err error) { q.trouble.Store(&err) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { q.o.Logger.Debug("broker", "error", err) }),
	}
	switch ip := net.ParseIP(u.Hostname()); {
	case u.User != nil:
		return nil, fmt.Errorf("broker %q: the SVID is the only credential", u.Redacted())
	case u.Scheme == "tls" && u.Host != "" && !strings.Contains(u.Host, ","):
		q.dialer.cfg = identity.ClientConfig(q.o.Source, q.o.Server)
		return append(options, nats.SetCustomDialer(&q.dialer)), nil
	case u.Scheme == "nats" && ip.IsLoopback():
		return options, nil
	default:
		return nil, fmt.Errorf("broker %q: want tls://host:port; nats:// is for a loopback address such as 127.0.0.1", q.o.URL)
	}
}

// renew replaces a connection that will soon end, at a time when nothing is on its way.
func (q *Queue) renew() {
	conn := q.dialer.last.Load()
	if conn == nil || !conn.Retiring() || !q.conn.IsConnected() {
		return
	}
	q.renewal.Lock()
	defer q.renewal.Unlock()
	if q.conn.FlushTimeout(connectTimeout) != nil || q.conn.ForceReconnect() != nil {
		return // it ends by itself
	}
	for begin := time.Now(); !q.conn.IsConnected() && time.Since(begin) < connectTimeout; time.Sleep(time.Millisecond) {
	}
}

// dialer makes connections that end with the SVID of either side, and are encrypted before
// the client says a word.
type dialer struct {
	cfg  *tls.Config
	last atomic.Pointer[identity.Conn]
}

// Dial connects to the broker. Its first line comes before TLS, by the protocol.
func (d *dialer) Dial(network, address string) (net.Conn, error) {
	deadline := time.Now().Add(connectTimeout)
	inner, err := net.DialTimeout(network, address, connectTimeout)
	if err != nil {
		return nil, err
	}
	conn := identity.NewConn(inner, connectionAge)
	encrypted := conn.Client(d.cfg)
	greeting, err := readLine(inner, deadline)
	if err == nil {
		err = encrypted.Handshake()
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	d.last.Store(conn)
	return &greeted{Conn: encrypted, greeting: greeting}, inner.SetDeadline(time.Time{})
}

// SkipTLSHandshake tells the client that Dial has done it.
func (*dialer) SkipTLSHandshake() bool { return true }

// readLine reads a line and not a byte more, and leaves the deadline as it is.
func readLine(conn net.Conn, deadline time.Time) (line []byte, err error) {
	err = conn.SetDeadline(deadline)
	for b := make([]byte, 1); err == nil && b[0] != '\n'; {
		if len(line) == maxGreeting {
			return nil, fmt.Errorf("the broker's first line is longer than %d bytes", maxGreeting)
		}
		if _, err = conn.Read(b); err == nil {
			line = append(line, b...)
		}
	}
	return line, err
}

// greeted is a connection on which the first line can still be read.
type greeted struct {
	net.Conn
	greeting []byte
}

func (c *greeted) Read(b []byte) (int, error) {
	if len(c.greeting) == 0 {
		return c.Conn.Read(b)
	}
	n := copy(b, c.greeting)
	c.greeting = c.greeting[n:]
	return n, nil
}
