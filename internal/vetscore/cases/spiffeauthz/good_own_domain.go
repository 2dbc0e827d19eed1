// The trust domain of our own SVID.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/tls"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func goodOwnDomain(src identity.Source) (*tls.Config, error) {
	svid, err := src.GetX509SVID()
	if err != nil {
		return nil, err
	}
	return tlsconfig.MTLSClientConfig(src, src, tlsconfig.AuthorizeMemberOf(svid.ID.TrustDomain())), nil // GOOD: ours
}
