// A prefix of another string.
//
// Evidence: R12 look-alike: SPIRE's x509pop.

package spiffeauthz

import (
	"net/url"
	"strings"
)

func goodOtherString(uri *url.URL, prefix string) bool {
	return strings.HasPrefix(uri.Path, prefix) // GOOD: no ID
}
