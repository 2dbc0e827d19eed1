// Nobody closes the source: its watcher runs on.
//
// Evidence: rule.

package spiffesource

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func unclosedNever(ctx context.Context) error {
	src, err := workloadapi.NewX509Source(ctx) // BAD spiffesource.unclosed
	if err != nil {
		return err
	}
	svid, err := src.GetX509SVID()
	if err != nil {
		return err
	}
	return use(ctx, svid)
}
