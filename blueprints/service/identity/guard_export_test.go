package identity

import "net"

// Settle ends the handshake of a connection that a Guard has accepted, without one.
func Settle(c net.Conn) { c.(*Conn).keeper.settle(c.(*Conn)) }
