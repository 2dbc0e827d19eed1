// The same signature, and no authorizer.
//
// Evidence: rule.

package spiffeauthz

import (
	"fmt"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func observe(id spiffeid.ID) error {
	_, err := fmt.Println(id) // GOOD: its error is returned
	return err
}
