// Set on a line of its own, on the way to a listener.
//
// Evidence: etcd listener.go's shape, peers: G123.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"
	"net"

	"example.com/cases/internal/tlsparts"
)

func resumptionListener(inner net.Listener, cert tls.Certificate, clients *x509.CertPool, verify func([][]byte, [][]*x509.Certificate) error) net.Listener {
	c := tlsparts.Base()
	c.Certificates = []tls.Certificate{cert}
	tlsparts.RequireClients(c, clients)
	c.VerifyPeerCertificate = verify // BAD tlsconfig.resumption
	return tls.NewListener(inner, c)
}
