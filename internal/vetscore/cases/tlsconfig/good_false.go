// False.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"

	"example.com/cases/internal/tlsparts"
)

func goodFalse(name string) *tls.Config {
	c := &tls.Config{ServerName: name, MinVersion: tls.VersionTLS12, InsecureSkipVerify: false} // GOOD: verified
	tlsparts.SetSkip(c, false)
	return c
}
