// The bundle of the peer's domain is the one to verify it with.
//
// Evidence: look-alike: go-spiffe's verification.

package spiffeauthz

import (
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func goodLookup(src x509bundle.Source, id spiffeid.ID) ([]*x509.Certificate, error) {
	bundle, err := src.GetX509BundleForTrustDomain(id.TrustDomain()) // GOOD: as the specification has it
	if err != nil {
		return nil, err
	}
	return bundle.X509Authorities(), nil
}
