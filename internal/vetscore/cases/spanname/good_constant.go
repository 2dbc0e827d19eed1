// A constant expression.
//
// Evidence: rule.

package spanname

import "context"

func goodConstant(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, area+".reload") // GOOD: a constant
	defer span.End()
	return work(ctx)
}
