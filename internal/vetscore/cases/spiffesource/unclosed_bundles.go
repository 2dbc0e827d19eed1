// A source of bundles.
//
// Evidence: rule.

package spiffesource

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func unclosedBundles(ctx context.Context, td spiffeid.TrustDomain) (int, error) {
	src, err := workloadapi.NewBundleSource(ctx) // BAD spiffesource.unclosed
	if err != nil {
		return 0, err
	}
	bundle, err := src.GetX509BundleForTrustDomain(td)
	if err != nil {
		return 0, err
	}
	return len(bundle.X509Authorities()), nil
}
