// The same in an authorizer, with a prefix of the path.
//
// Evidence: R10.

package spiffeauthz

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"strings"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func pathAuthorizer(src identity.Source) *tls.Config {
	return identity.SafeServerConfig(src, func(id spiffeid.ID, _ [][]*x509.Certificate) error { // BAD spiffeauthz.path @a
		if strings.HasPrefix(id.Path(), "/ns/shop/") { // BAD spiffeauthz.path @a
			return nil
		}
		return fmt.Errorf("%s is not of the shop", id)
	})
}
