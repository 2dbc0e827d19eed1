// A client of the Workload API.
//
// Evidence: rule.

package spiffesource

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func unclosedClient(ctx context.Context) (*x509svid.SVID, error) {
	c, err := workloadapi.New(ctx) // BAD spiffesource.unclosed
	if err != nil {
		return nil, err
	}
	return c.FetchX509SVID(ctx)
}
