package identity

import (
	"container/list"
	"context"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// How many connections a Guard lets in, and how many of these may still be without a handshake.
// Where there is no room, the oldest of these has to go: a flood of silent peers shuts out no
// caller, whose handshake lasts milliseconds.
const (
	maxConnections = 16384
	maxPending     = 1024
)

// Guard is a listener whose Accept gives a *Conn, and that bounds how many there are at once.
// Every connection refused for want of room is counted, and there is a warning once a minute.
type Guard struct {
	net.Listener
	access *Authorizer
	maxAge time.Duration

	mu      sync.Mutex
	open    int
	pending list.List               // of *Conn, the oldest first
	places  map[*Conn]*list.Element // in pending
	warned  time.Time
}

// NewGuard returns a Guard of inner that keeps account in access. A connection ends at the
// latest when it is maxAge old.
func NewGuard(inner net.Listener, access *Authorizer, maxAge time.Duration) *Guard {
	return &Guard{Listener: inner, access: access, maxAge: maxAge, places: make(map[*Conn]*list.Element)}
}

// Accept returns the next connection that there is room for.
func (g *Guard) Accept() (net.Conn, error) {
	for {
		inner, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c, oldest := g.enter(inner)
		if oldest != nil {
			g.refuse(oldest, "no handshake")
		}
		if c != nil {
			return c, nil
		}
		g.refuse(inner, "too many connections")
	}
}

// enter makes a Conn of inner where there is room, and names the one that has to go for it.
func (g *Guard) enter(inner net.Conn) (entered, oldest *Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	full := g.open >= maxConnections
	if first := g.pending.Front(); first != nil && (full || g.pending.Len() >= maxPending) {
		oldest = first.Value.(*Conn)
	} else if full {
		return nil, nil
	}
	g.open++
	c := newConn(inner, g.maxAge, g)
	g.places[c] = g.pending.PushBack(c)
	return c, oldest
}

// settle takes c off those without a handshake.
func (g *Guard) settle(c *Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if place, ok := g.places[c]; ok {
		g.pending.Remove(place)
		delete(g.places, c)
	}
}

// leave makes the room of c free.
func (g *Guard) leave(c *Conn) {
	g.settle(c)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open--
}

// Close closes the listener, and with it the connections without a handshake.
func (g *Guard) Close() error {
	err := g.Listener.Close()
	g.mu.Lock()
	waiting := slices.Collect(maps.Keys(g.places))
	g.mu.Unlock()
	for _, c := range waiting {
		c.Close()
	}
	return err
}

func (g *Guard) refuse(c net.Conn, reason string) {
	c.Close()
	g.access.refused.Add(context.Background(), 1, metric.WithAttributes(attribute.String("connection.reason", reason)))
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := time.Now(); now.Sub(g.warned) >= time.Minute {
		g.warned = now
		g.access.logger.Warn("connections refused", "address", g.Addr().String(), "reason", reason)
	}
}
