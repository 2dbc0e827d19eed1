// A helper of another package is told 1.1.
//
// Evidence: rule: through helpers, other packages.

package tlsconfig

import (
	"crypto/tls"

	"example.com/cases/internal/tlsparts"
)

func helped() *tls.Config {
	c := tlsparts.Base()
	tlsparts.SetMin(c, tls.VersionTLS11) // BAD tlsconfig.version
	return c
}
