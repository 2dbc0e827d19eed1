// All of the insecure ones, in a loop.
//
// Evidence: peers: go/insecure-tls.

package tlsconfig

import "crypto/tls"

func everySuite() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	for _, suite := range tls.InsecureCipherSuites() { // BAD tlsconfig.suites @a
		c.CipherSuites = append(c.CipherSuites, suite.ID) // BAD tlsconfig.suites @a
	}
	return c
}
