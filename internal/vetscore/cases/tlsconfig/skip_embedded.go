// By way of an embedded config.
//
// Evidence: rule: embedded configs.

package tlsconfig

import "crypto/tls"

type dialer struct {
	tls.Config
	addr string
}

func newDialer(addr string) *dialer {
	d := &dialer{addr: addr}
	d.MinVersion = tls.VersionTLS12
	d.InsecureSkipVerify = true // BAD tlsconfig.skipverify
	return d
}
