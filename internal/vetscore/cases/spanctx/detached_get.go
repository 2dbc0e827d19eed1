// http.Get inside a span.
//
// Evidence: rule.

package spanctx

import (
	"context"
	"net/http"
)

func detachedGet(ctx context.Context) (int, error) {
	ctx, span := tracer.Start(ctx, "get")
	defer span.End()
	resp, err := http.Get("https://billing.example.com/v1/prices") // BAD spanctx.detached|spanmissing.outbound
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, write(ctx, resp.Status)
}
