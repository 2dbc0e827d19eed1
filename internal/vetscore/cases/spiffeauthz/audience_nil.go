// A token for anybody is taken.
//
// Evidence: rule.

package spiffeauthz

import (
	"github.com/spiffe/go-spiffe/v2/bundle/jwtbundle"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
)

func anyAudience(token string, bundles jwtbundle.Source) (*jwtsvid.SVID, error) {
	return jwtsvid.ParseAndValidate(token, bundles, nil) // BAD spiffeauthz.audience
}
