// By way of a list of options.
//
// Evidence: rule.

package spiffesource

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func addressList(ctx context.Context) (*x509svid.SVID, error) {
	options := []workloadapi.ClientOption{
		workloadapi.WithAddr("tcp://10.1.2.3:8081"), // BAD spiffesource.address
	}
	return workloadapi.FetchX509SVID(ctx, options...)
}
