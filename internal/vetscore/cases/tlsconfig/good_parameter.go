// A parameter, two calls deep.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"

	"example.com/cases/internal/tlsparts"
)

func withSkip(skip bool) *tls.Config {
	c := tlsparts.Base()
	tlsparts.SetSkip(c, skip) // GOOD: unknown here
	return c
}

func goodParameter(o options) *tls.Config { return withSkip(o.Insecure) }
