// A default that is narrow; anybody by a flag.
//
// Evidence: R11 look-alike: operators' options.

package handshake

import (
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func authorizerOf(anyCaller *bool, allowed ...spiffeid.ID) tlsconfig.Authorizer {
	who := tlsconfig.AuthorizeOneOf(allowed...)
	if *anyCaller {
		who = tlsconfig.AuthorizeAny() // GOOD: the operator's
	}
	return who
}
