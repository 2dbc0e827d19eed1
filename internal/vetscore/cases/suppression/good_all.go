// golangci-lint's list, ours among others, with a reason.
//
// Evidence: rule.

package suppression

import "crypto/tls"

func several() *tls.Config {
	// GOOD: ours has its use, the others are not ours
	return &tls.Config{InsecureSkipVerify: true} //nolint:gosec,tlsconfig // the tunnel verifies
}
