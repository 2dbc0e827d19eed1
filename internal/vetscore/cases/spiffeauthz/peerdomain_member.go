// A member of its own trust domain is everybody.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func memberOfOwn(id spiffeid.ID, _ [][]*x509.Certificate) error {
	if !id.MemberOf(id.TrustDomain()) { // BAD spiffeauthz.peerdomain
		return errDenied
	}
	return nil
}
