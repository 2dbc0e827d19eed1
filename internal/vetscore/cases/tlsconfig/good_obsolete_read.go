// Read, to print a configuration of somebody's.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"
	"strconv"
)

func describe(c *tls.Config) string {
	return strconv.FormatBool(c.PreferServerCipherSuites) // GOOD: read
}
