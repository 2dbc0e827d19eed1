// True at first, false before it is used.
//
// Evidence: rule: last write wins.

package tlsconfig

import "crypto/tls"

func goodOverwritten(name string) *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true}
	c.ServerName = name
	c.InsecureSkipVerify = false // GOOD: the last write
	return c
}
