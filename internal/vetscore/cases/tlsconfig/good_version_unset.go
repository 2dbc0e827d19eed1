// Unset: at this module's Go version the default is 1.2.
//
// Evidence: R15.

package tlsconfig

import (
	"crypto/tls"
	"net"
)

func goodVersionUnset(inner net.Listener, cert tls.Certificate) net.Listener {
	return tls.NewListener(inner, &tls.Config{Certificates: []tls.Certificate{cert}}) // GOOD: go 1.26
}
