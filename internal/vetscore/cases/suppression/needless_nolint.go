// The mistake was mended, the comment stayed.
//
// Evidence: rule.

package suppression

import "crypto/tls"

func nolintNeedless(cert tls.Certificate) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{cert},
		// BAD-NEXT suppression.needless
		MinVersion: tls.VersionTLS12, //nolint:tlsconfig // old devices
	}
}
