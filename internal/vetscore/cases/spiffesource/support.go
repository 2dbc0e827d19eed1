// Package spiffesource has cases of sources of SVIDs: their life, their number and their address.
package spiffesource

import (
	"context"
	"errors"
	"net/http"

	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

type client struct {
	src  *workloadapi.X509Source
	http *http.Client
}

func use(ctx context.Context, svid *x509svid.SVID) error {
	if svid.ID.IsZero() {
		return errors.New("no ID")
	}
	return ctx.Err()
}
