// The matcher of the same meaning.
//
// Evidence: R11.

package handshake

import (
	"crypto/tls"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func anyMatcher(src identity.Source) *tls.Config {
	return tlsconfig.MTLSClientConfig(src, src, tlsconfig.AdaptMatcher(spiffeid.MatchAny())) // BAD spiffeauthz.any
}
