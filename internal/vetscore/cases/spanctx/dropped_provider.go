// The span's context is dropped and the provider below is called with the old one.
//
// Evidence: R4, buildkit authprovider.go's shape.

package spanctx

import (
	"context"

	"example.com/cases/internal/tracing"
)

func (p provider) credentials(ctx context.Context, host string) (string, error) {
	span, _ := tracing.StartSpan(ctx, "credentials") // BAD spanctx.dropped @a
	defer span.End()
	secret, err := p(ctx, host) // BAD spanctx.dropped @a
	return secret, err
}
