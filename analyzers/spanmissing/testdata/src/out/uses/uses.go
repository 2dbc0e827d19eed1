// Package uses imports what instruments the default transport.
package uses

import (
	"context"
	"net/http"

	"out/set"
)

func Get(ctx context.Context, url string) (*http.Response, error) {
	set.Setup()
	return http.Get(url)
}
