// A prefix without the slash: example.org.attacker.net passes.
//
// Evidence: R12.

package spiffeauthz

import (
	"strings"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func prefixString(id spiffeid.ID) error {
	if !strings.HasPrefix(id.String(), "spiffe://example.org") { // BAD spiffeauthz.prefix
		return errDenied
	}
	return nil
}
