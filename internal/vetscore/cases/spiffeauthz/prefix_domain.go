// The ID string of the trust domain has no slash at its end.
//
// Evidence: R12.

package spiffeauthz

import (
	"crypto/x509"
	"strings"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func prefixDomain(id spiffeid.ID, _ [][]*x509.Certificate) error {
	if strings.HasPrefix(id.String(), td.IDString()) { // BAD spiffeauthz.prefix
		return nil
	}
	return errDenied
}
