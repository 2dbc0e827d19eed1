// The expected domain is read from the certificate that is to be judged.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

func ownMatcher(cert *x509.Certificate) error {
	peer, err := x509svid.IDFromCert(cert)
	if err != nil {
		return err
	}
	expected := peer.TrustDomain()                // BAD spiffeauthz.peerdomain @a
	return spiffeid.MatchMemberOf(expected)(peer) // BAD spiffeauthz.peerdomain @a
}
