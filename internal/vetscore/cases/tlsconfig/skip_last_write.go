// False at first, true at last.
//
// Evidence: rule: last write wins.

package tlsconfig

import "crypto/tls"

func lastWrite(name string) *tls.Config {
	c := tls.Config{InsecureSkipVerify: false, MinVersion: tls.VersionTLS12}
	c.ServerName = name
	c.InsecureSkipVerify = true // BAD tlsconfig.skipverify
	return &c
}
