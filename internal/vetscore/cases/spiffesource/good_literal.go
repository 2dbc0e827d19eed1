// Closed by a deferred literal that keeps the error.
//
// Evidence: rule.

package spiffesource

import (
	"context"
	"errors"

	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func goodLiteral(ctx context.Context) (err error) {
	src, err := workloadapi.NewJWTSource(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }() // GOOD: closed
	_, err = src.FetchJWTSVID(ctx, jwtsvid.Params{Audience: "billing"})
	return err
}
