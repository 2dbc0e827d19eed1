// The scheme alone, to tell an ID from a name.
//
// Evidence: R12 look-alike.

package spiffeauthz

import "strings"

func isID(s string) bool {
	return strings.HasPrefix(s, "spiffe://") // GOOD: only the scheme
}
