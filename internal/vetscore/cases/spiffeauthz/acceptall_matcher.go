// A matcher that writes a line and accepts, whatever it sees.
//
// Evidence: R11.

package spiffeauthz

import (
	"log"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func acceptMatcher() spiffeid.Matcher {
	return func(id spiffeid.ID) error { // BAD spiffeauthz.acceptall @a
		if id.Path() == "" {
			log.Printf("no path in %s", id)
			return nil // BAD spiffeauthz.acceptall @a
		}
		log.Printf("peer %s", id)
		return nil // BAD spiffeauthz.acceptall @a
	}
}
