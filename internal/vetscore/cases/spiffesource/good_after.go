// Closed when the context ends.
//
// Evidence: rule.

package spiffesource

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func goodAfter(ctx context.Context, c *client) error {
	src, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { _ = src.Close() }) // GOOD: closed with the context
	_, err = src.GetX509SVID()
	return err
}
