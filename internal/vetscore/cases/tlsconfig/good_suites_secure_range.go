// The secure ones in a loop.
//
// Evidence: peers: go/insecure-tls look-alike.

package tlsconfig

import (
	"crypto/tls"

	"example.com/cases/internal/tlsparts"
)

func goodSecureSuites() *tls.Config {
	c := tlsparts.Base()
	for _, s := range tls.CipherSuites() {
		c.CipherSuites = append(c.CipherSuites, s.ID) // GOOD: the secure list
	}
	return c
}
