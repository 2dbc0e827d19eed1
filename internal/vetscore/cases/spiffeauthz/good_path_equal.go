// The whole ID is compared; the path is for the message.
//
// Evidence: R10 look-alike.

package spiffeauthz

import (
	"fmt"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func goodEqual(want spiffeid.ID) spiffeid.Matcher {
	return func(actual spiffeid.ID) error {
		if actual != want {
			return fmt.Errorf("%s is not expected", actual.Path()) // GOOD: the comparison is above
		}
		return nil
	}
}
