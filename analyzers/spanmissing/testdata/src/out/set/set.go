// Package set has the default transport instrumented.
package set

import (
	"context"
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

func Setup() { http.DefaultTransport = otelhttp.NewTransport(http.DefaultTransport) }

func Get(ctx context.Context, url string) (*http.Response, error) { return http.Get(url) }

func Client(ctx context.Context) *http.Client { return &http.Client{} }
