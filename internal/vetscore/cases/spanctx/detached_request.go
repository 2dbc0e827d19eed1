// A request made without the span's context.
//
// Evidence: rule.

package spanctx

import (
	"context"
	"net/http"
)

func detachedRequest(ctx context.Context, c *http.Client) error {
	ctx, span := tracer.Start(ctx, "post")
	defer span.End()
	req, err := http.NewRequest(http.MethodPost, "https://billing.example.com/v1/prices", nil) // BAD spanctx.detached
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return write(ctx, resp.Status)
}
