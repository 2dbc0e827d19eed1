//go:build linux || darwin

package golden

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// gate stands before something that listens, as the network does: it carries bytes and knows
// nothing of them. What it leads to, and whether it does, can be changed.
type gate struct {
	address string
	lead    func() string // where the next connection goes, "" for nowhere

	mu       sync.Mutex
	moved    sync.Cond
	state    passage
	listener net.Listener // nil while it refuses
	open     map[net.Conn]bool
	carrying sync.WaitGroup
}

// passage is what a gate does.
type passage string

const (
	opened  passage = "open"
	refused passage = "refuses" // connections are cut, and there are no new ones
	silent  passage = "silent"  // connections stay, and accept what nobody reads
	slow    passage = "slow"    // what is carried is slowDelay late
)

const slowDelay = 3 * time.Second

func newGate(t *testing.T, lead func() string) *gate {
	t.Helper()
	return newGateAt(t, free(t), lead)
}

func newGateAt(t *testing.T, address string, lead func() string) *gate {
	t.Helper()
	g := &gate{lead: lead, state: opened, open: map[net.Conn]bool{}, address: address}
	g.moved.L = &g.mu
	g.listen(t)
	t.Cleanup(func() {
		g.set(t, refused)
		g.carrying.Wait()
	})
	return g
}

// to is a gate to one address.
func to(address string) func() string { return func() string { return address } }

func (g *gate) listen(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", g.address)
	if err != nil {
		t.Fatal(err)
	}
	g.listener = l
	g.carrying.Go(func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			g.carrying.Go(func() { g.connect(from) })
		}
	})
}

func (g *gate) set(t *testing.T, s passage) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.state = s
	switch {
	case s == refused && g.listener != nil:
		g.listener.Close()
		g.listener = nil
		for conn := range g.open {
			conn.Close()
		}
	case s != refused && g.listener == nil:
		g.listen(t)
	}
	g.moved.Broadcast()
}

// enter takes a connection in, so that it can be cut.
func (g *gate) enter(conn net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open[conn] = true
	return g.state != refused
}

func (g *gate) leave(conn net.Conn) {
	conn.Close()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.open, conn)
}

// pass waits until the gate lets something through.
func (g *gate) pass() {
	g.mu.Lock()
	for g.state == silent {
		g.moved.Wait()
	}
	late := g.state == slow
	g.mu.Unlock()
	if late {
		time.Sleep(slowDelay)
	}
}

func (g *gate) connect(from net.Conn) {
	defer g.leave(from)
	if !g.enter(from) {
		return
	}
	g.pass()
	onward, err := net.DialTimeout("tcp", g.lead(), time.Second)
	if err != nil {
		return
	}
	defer g.leave(onward)
	if !g.enter(onward) {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { g.carry(onward, from) })
	both.Go(func() { g.carry(from, onward) })
	both.Wait()
}

// carry carries one direction to its end, which the other side learns of as an end.
func (g *gate) carry(to, from net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		g.pass()
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				from.Close()
				return
			}
		}
		if errors.Is(err, io.EOF) {
			_ = to.(*net.TCPConn).CloseWrite() // it is cut already when this fails
			return
		}
		if err != nil {
			to.Close()
			return
		}
	}
}
