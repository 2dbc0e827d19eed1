// An option chooses among versions, old ones too.
//
// Evidence: peers: go/insecure-tls' exclusion.

package tlsconfig

import (
	"crypto/tls"
	"errors"

	"example.com/cases/internal/tlsparts"
)

func goodVersionOption(o options) (*tls.Config, error) {
	c := tlsparts.Base()
	switch o.MinTLS {
	case "", "1.2":
	case "1.0":
		c.MinVersion = tls.VersionTLS10 // GOOD: the operator's
	case "1.3":
		c.MinVersion = tls.VersionTLS13
	default:
		return nil, errors.New("no such version")
	}
	return c, nil
}
