// An empty list.
//
// Evidence: rule.

package spiffeauthz

import (
	"github.com/spiffe/go-spiffe/v2/bundle/jwtbundle"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
)

func emptyAudience(token string, bundles jwtbundle.Source) error {
	audience := []string{}                                       // BAD spiffeauthz.audience @a
	_, err := jwtsvid.ParseAndValidate(token, bundles, audience) // BAD spiffeauthz.audience @a
	return err
}
