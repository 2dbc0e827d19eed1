// Raised before it is used.
//
// Evidence: rule: last write wins.

package tlsconfig

import (
	"crypto/tls"

	"example.com/cases/internal/tlsparts"
)

func goodRaised() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS10}
	tlsparts.SetMin(c, tls.VersionTLS12) // GOOD: the last write
	return c
}
