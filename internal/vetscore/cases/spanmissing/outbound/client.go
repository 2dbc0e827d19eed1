// A client of its own without an instrumented transport.
//
// Evidence: R13, etcd leasehttp's shape.

package outbound

import (
	"context"
	"net/http"
	"time"
)

func renew(ctx context.Context, url string, rt *http.Transport) error {
	client := &http.Client{Transport: rt, Timeout: time.Second} // BAD spanmissing.outbound @a
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := client.Do(req) // BAD spanmissing.outbound @a
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
