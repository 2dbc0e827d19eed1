// One way out goes round Close.
//
// Evidence: rule.

package spiffesource

import (
	"context"
	"errors"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func unclosedPath(ctx context.Context) (err error) {
	src, err := workloadapi.NewX509Source(ctx) // BAD spiffesource.unclosed
	if err != nil {
		return err
	}
	svid, err := src.GetX509SVID()
	if err != nil {
		return err
	}
	err = use(ctx, svid)
	return errors.Join(err, src.Close())
}
