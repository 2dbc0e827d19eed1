// MemberOf first, then the path.
//
// Evidence: R10 look-alike.

package spiffeauthz

import (
	"crypto/x509"
	"strings"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func goodPathMember(id spiffeid.ID, _ [][]*x509.Certificate) error {
	if !id.MemberOf(td) {
		return errDenied
	}
	if strings.HasPrefix(id.Path(), "/ns/shop/") { // GOOD: within the domain
		return nil
	}
	return errDenied
}
