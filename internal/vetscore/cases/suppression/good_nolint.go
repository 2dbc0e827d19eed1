// The form of golangci-lint, with its reason.
//
// Evidence: rule.

package suppression

import "crypto/tls"

func nolintWith() *tls.Config {
	// GOOD: silenced
	return &tls.Config{InsecureSkipVerify: true} //nolint:tlsconfig // the sidecar verifies
}
