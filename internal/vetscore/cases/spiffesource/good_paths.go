// Closed on each path, by hand.
//
// Evidence: rule.

package spiffesource

import (
	"context"
	"errors"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func goodPaths(ctx context.Context) error {
	src, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return err
	}
	svid, err := src.GetX509SVID()
	if err != nil {
		return errors.Join(err, src.Close())
	}
	if err := use(ctx, svid); err != nil {
		_ = src.Close()
		return err
	}
	return src.Close() // GOOD: the last path
}
