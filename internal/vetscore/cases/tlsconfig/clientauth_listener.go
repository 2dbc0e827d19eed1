// The pool is loaded for a listener, and forgotten after that.
//
// Evidence: R16.

package tlsconfig

import (
	"crypto/tls"
	"net"

	"example.com/cases/internal/tlsparts"
)

func mutualListener(addr, file string, cert tls.Certificate) (net.Listener, error) {
	clients, err := pool(file)
	if err != nil {
		return nil, err
	}
	c := tlsparts.Base()
	c.Certificates = []tls.Certificate{cert}
	c.ClientCAs = clients // BAD tlsconfig.clientauth
	return tls.Listen("tcp", addr, c)
}
