// The request gets its context a line below.
//
// Evidence: rule.

package spanctx

import (
	"context"
	"net/http"
)

func goodRequestContext(ctx context.Context, c *http.Client) error {
	ctx, span := tracer.Start(ctx, "get")
	defer span.End()
	req, err := http.NewRequest(http.MethodGet, "https://billing.example.com/v1/prices", nil)
	if err != nil {
		return err
	}
	resp, err := c.Do(req.WithContext(ctx)) // GOOD: the span's context
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
