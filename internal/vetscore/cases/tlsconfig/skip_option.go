// A functional option sets it without a condition.
//
// Evidence: rule: options functions.

package tlsconfig

import (
	"crypto/tls"

	"example.com/cases/internal/tlsparts"
)

func optionConfig() *tls.Config {
	return tlsparts.New(func(c *tls.Config) {
		c.InsecureSkipVerify = true // BAD tlsconfig.skipverify
	})
}
