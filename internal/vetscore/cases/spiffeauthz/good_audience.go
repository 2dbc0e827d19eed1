// Our own name is the audience.
//
// Evidence: rule.

package spiffeauthz

import (
	"github.com/spiffe/go-spiffe/v2/bundle/jwtbundle"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
)

func goodAudience(token string, bundles jwtbundle.Source) (*jwtsvid.SVID, error) {
	return jwtsvid.ParseAndValidate(token, bundles, []string{"orders"}) // GOOD: ours
}
