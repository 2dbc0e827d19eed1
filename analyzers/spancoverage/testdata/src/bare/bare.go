// Package bare has no OpenTelemetry.
package bare

import (
	"context"
	"net/http"
)

func Get(ctx context.Context, url string) (*http.Response, error) { return http.Get(url) }
