// A matcher that asks another.
//
// Evidence: rule.

package spiffeauthz

import (
	"log"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func goodDelegates(next spiffeid.Matcher) spiffeid.Matcher {
	return func(id spiffeid.ID) error {
		log.Printf("peer %s", id)
		return next(id) // GOOD: the other one refuses
	}
}
