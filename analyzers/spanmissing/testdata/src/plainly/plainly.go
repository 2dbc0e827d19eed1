// Package plainly has nothing to do with OpenTelemetry.
package plainly

import (
	"context"
	"net/http"

	"google.golang.org/grpc"
)

func Run(ctx context.Context) error {
	_ = grpc.NewServer()
	_, _ = http.Get("https://example.com")
	return http.ListenAndServe(":80", http.NotFoundHandler())
}
