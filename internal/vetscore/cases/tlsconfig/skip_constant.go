// The value is a named constant.
//
// Evidence: peers: go/disabled-certificate-check.

package tlsconfig

import "crypto/tls"

const trustPeers = true

func meshConfig() *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		InsecureSkipVerify: trustPeers, // BAD tlsconfig.skipverify
	}
}
