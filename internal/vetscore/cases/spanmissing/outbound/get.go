// http.Get in a function that has a context.
//
// Evidence: R13, distribution proxyauth.go's shape.

package outbound

import (
	"context"
	"net/http"
)

func challenges(ctx context.Context, host string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	resp, err := http.Get("https://" + host + "/v2/") // BAD spanmissing.outbound MAY spanctx.detached
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	return resp.Header.Get("WWW-Authenticate"), nil
}
