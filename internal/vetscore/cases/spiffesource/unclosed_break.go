// A loop is left before Close.
//
// Evidence: rule.

package spiffesource

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func unclosedBreak(ctx context.Context, n int) {
	for range n {
		src, err := workloadapi.NewX509Source(ctx) // BAD spiffesource.unclosed
		if err != nil {
			continue
		}
		if _, err := src.GetX509SVID(); err != nil {
			break
		}
		_ = src.Close()
	}
}
