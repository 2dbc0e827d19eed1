// The lowest version is 1.0.
//
// Evidence: peers: G402, go/insecure-tls.

package tlsconfig

import (
	"crypto/tls"
	"net"
)

func listenOld(addr string, cert tls.Certificate) (net.Listener, error) {
	return tls.Listen("tcp", addr, &tls.Config{
		Certificates: []tls.Certificate{cert},
		MinVersion:   tls.VersionTLS10, // BAD tlsconfig.version
	})
}
