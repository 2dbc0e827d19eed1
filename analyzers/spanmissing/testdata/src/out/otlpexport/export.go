// Package otlpexport sends spans away.
package otlpexport

import (
	"context"
	"net/http"

	"out/own"
)

func New(ctx context.Context) *http.Client {
	own.Limit(nil)
	return &http.Client{}
}
