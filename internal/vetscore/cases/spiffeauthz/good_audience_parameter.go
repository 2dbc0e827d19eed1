// The audience is the caller's.
//
// Evidence: rule.

package spiffeauthz

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func goodAudienceParameter(ctx context.Context, client *workloadapi.Client, token, audience string) error {
	_, err := client.ValidateJWTSVID(ctx, token, audience) // GOOD: unknown here
	return err
}
