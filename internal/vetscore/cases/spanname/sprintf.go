// A host goes into the name.
//
// Evidence: R9, buildkit's shape.

package spanname

import (
	"context"
	"fmt"

	"example.com/cases/internal/tracing"
)

func byHost(ctx context.Context, host string) error {
	span, ctx := tracing.StartSpan(ctx, fmt.Sprintf("load credentials for %s", host)) // BAD spanname.cardinality
	defer span.End()
	return work(ctx)
}
