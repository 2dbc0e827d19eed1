// The prefix ends with a slash.
//
// Evidence: R12 look-alike.

package spiffeauthz

import (
	"strings"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func goodSlash(id spiffeid.ID) bool {
	return strings.HasPrefix(id.String(), "spiffe://example.org/") // GOOD: a whole domain
}
