// A source of JWT-SVIDs, in a closure.
//
// Evidence: rule.

package spiffesource

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func unclosedJWT(audience string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		src, err := workloadapi.NewJWTSource(ctx) // BAD spiffesource.unclosed
		if err != nil {
			return "", err
		}
		svid, err := src.FetchJWTSVID(ctx, jwtsvid.Params{Audience: audience})
		if err != nil {
			return "", err
		}
		return svid.Marshal(), nil
	}
}
