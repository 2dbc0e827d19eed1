// The fields are read.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"
	"errors"
)

func goodRead(c *tls.Config) error {
	if c.InsecureSkipVerify && c.MinVersion < tls.VersionTLS12 { // GOOD: asks
		return errors.New("not verified")
	}
	if c.ClientCAs != nil && c.ClientAuth == tls.NoClientCert {
		return errors.New("clients are not asked")
	}
	return nil
}
