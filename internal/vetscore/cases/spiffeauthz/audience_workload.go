// The Workload API is asked with an empty audience.
//
// Evidence: rule.

package spiffeauthz

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func emptyWorkload(ctx context.Context, token string) (spiffeid.ID, error) {
	svid, err := workloadapi.ValidateJWTSVID(ctx, token, "") // BAD spiffeauthz.audience
	if err != nil {
		return spiffeid.ID{}, err
	}
	return svid.ID, nil
}
