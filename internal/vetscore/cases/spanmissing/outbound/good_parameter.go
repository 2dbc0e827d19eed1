// The client is the caller's.
//
// Evidence: R13 look-alike.

package outbound

import (
	"context"
	"net/http"
)

type doer interface {
	Do(*http.Request) (*http.Response, error)
}

func goodParameter(ctx context.Context, client *http.Client, other doer, url string) error {
	for _, d := range []doer{client, other} {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		resp, err := d.Do(req) // GOOD: unknown here
		if err != nil {
			return err
		}
		if err := resp.Body.Close(); err != nil {
			return err
		}
	}
	return nil
}
