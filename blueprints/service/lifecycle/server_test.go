package lifecycle

import (
	"net"
	"testing"
)

// server is a Server that tells where it answers.
type server struct {
	part
	on chan net.Listener
}

func (s *server) Serve(l net.Listener) error {
	s.on <- l
	return nil
}

func TestOn(t *testing.T) {
	s, l := &server{on: make(chan net.Listener, 1)}, &net.TCPListener{}
	if err := On(l, s).Run(); err != nil || <-s.on != l {
		t.Errorf("not run on its listener: %v", err)
	}
}
