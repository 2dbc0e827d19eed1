// A function of another package starts it.
//
// Evidence: policy.

package required

import (
	"context"

	"example.com/cases/internal/tracing"
)

// ImportNames is named by the policy.
func ImportNames(ctx context.Context, name string) (err error) {
	span, ctx := tracing.StartSpan(ctx, "import names") // GOOD: a span
	defer tracing.FinishNamed(span, &err)
	_, err = read(ctx, name)
	return err
}
