// The option's branch is the rest of the function.
//
// Evidence: look-alike: operators' options.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"
)

func goodEarlyReturn(o options, roots *x509.CertPool) *tls.Config {
	c := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	if !o.Insecure {
		return c
	}
	c.InsecureSkipVerify = true // GOOD: only where the option is on
	return c
}
