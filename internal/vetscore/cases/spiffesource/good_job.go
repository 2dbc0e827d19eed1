// A short command opens one, uses it and closes it.
//
// Evidence: rule.

package spiffesource

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func goodJob(ctx context.Context, args []string) error {
	src, err := workloadapi.NewX509Source(ctx) // GOOD: one for the run
	if err != nil {
		return err
	}
	defer src.Close()
	for range args {
		svid, err := src.GetX509SVID()
		if err != nil {
			return err
		}
		if err := use(ctx, svid); err != nil {
			return err
		}
	}
	return nil
}
