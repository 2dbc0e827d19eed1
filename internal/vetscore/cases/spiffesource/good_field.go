// Kept for the life of a client of ours, whose Close closes it.
//
// Evidence: rule.

package spiffesource

import (
	"context"
	"net/http"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func newClient(ctx context.Context, td spiffeid.TrustDomain) (*client, error) {
	src, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return nil, err
	}
	c := tlsconfig.MTLSClientConfig(src, src, tlsconfig.AuthorizeMemberOf(td))
	return &client{src: src, http: &http.Client{Transport: &http.Transport{TLSClientConfig: c}}}, nil // GOOD: a field
}

func (c *client) Close() error { return c.src.Close() }
