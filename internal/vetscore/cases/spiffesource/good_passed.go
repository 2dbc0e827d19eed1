// Given to a function that keeps it.
//
// Evidence: rule.

package spiffesource

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func keep(c *client, src *workloadapi.X509Source) { c.src = src }

func goodPassed(ctx context.Context, c *client) error {
	src, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return err
	}
	keep(c, src) // GOOD: its Close closes it
	return nil
}
