// A helper of another package sets the callback.
//
// Evidence: look-alike: custom verification.

package tlsconfig

import (
	"crypto/tls"

	"example.com/cases/internal/tlsparts"
)

func goodPinned(sum string) *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true} // GOOD: pinned below
	tlsparts.Pinned(c, sum)
	return c
}
