// The caller closes it.
//
// Evidence: rule.

package spiffesource

import (
	"context"
	"fmt"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func open(ctx context.Context) (*workloadapi.X509Source, error) {
	src, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening the identity: %w", err)
	}
	return src, nil // GOOD: the caller's
}
