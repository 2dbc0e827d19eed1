// It judges, and drops the verdict.
//
// Evidence: R11.

package spiffeauthz

import (
	"log"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func dropsVerdict(rule spiffeid.Matcher) spiffeid.Matcher {
	return func(id spiffeid.ID) error { // BAD spiffeauthz.acceptall @a
		if err := rule(id); err != nil {
			log.Printf("would refuse %s: %v", id, err)
		}
		return nil // BAD spiffeauthz.acceptall @a
	}
}
