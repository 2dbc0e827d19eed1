// Made before the handlers are.
//
// Evidence: rule.

package spiffesource

import (
	"context"
	"net/http"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func goodStart(ctx context.Context) (http.Handler, func() error, error) {
	src, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return nil, nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", &shared{src})
	return mux, src.Close, nil // GOOD: one for all, closed by the caller
}
