package lifecycle

import (
	"context"
	"net"
)

// Server is what answers on a listener.
type Server interface {
	Serve(net.Listener) error
	Drain()
	Shutdown(context.Context) error
}

// On returns a server as a Part that answers on l.
func On(l net.Listener, s Server) Part { return served{s, l} }

type served struct {
	Server
	listener net.Listener
}

func (s served) Run() error { return s.Serve(s.listener) }
