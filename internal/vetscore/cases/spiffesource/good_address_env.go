// The environment's address, which go-spiffe reads itself.
//
// Evidence: rule.

package spiffesource

import (
	"context"
	"errors"

	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func goodEnvironment(ctx context.Context) (*x509svid.SVID, error) {
	addr, ok := workloadapi.GetDefaultAddress()
	if !ok {
		return nil, errors.New("SPIFFE_ENDPOINT_SOCKET is not set")
	}
	return workloadapi.FetchX509SVID(ctx, workloadapi.WithAddr(addr)) // GOOD: the environment's
}
