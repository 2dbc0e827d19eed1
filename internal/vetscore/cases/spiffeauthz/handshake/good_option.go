// Anybody, where the operator says so.
//
// Evidence: R11 look-alike: operators' options.

package handshake

import "github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"

type accessOptions struct{ AllowAnyCaller bool }

func (o accessOptions) authorizer() tlsconfig.Authorizer {
	if o.AllowAnyCaller {
		return tlsconfig.AuthorizeAny() // GOOD: the operator's
	}
	return tlsconfig.AuthorizeMemberOf(td)
}
