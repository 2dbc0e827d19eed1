// Closed when the function returns.
//
// Evidence: rule.

package spiffesource

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func goodDefer(ctx context.Context) error {
	src, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return err // GOOD: there is none to close
	}
	defer src.Close()
	svid, err := src.GetX509SVID()
	if err != nil {
		return err
	}
	return use(ctx, svid)
}
