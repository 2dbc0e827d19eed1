// A helper of another package is told true.
//
// Evidence: rule: through helpers, other packages.

package tlsconfig

import (
	"crypto/tls"

	"example.com/cases/internal/tlsparts"
)

func otherPackageConfig(name string) *tls.Config {
	c := tlsparts.Base()
	c.ServerName = name
	tlsparts.SetSkip(c, true) // BAD tlsconfig.skipverify
	return c
}
