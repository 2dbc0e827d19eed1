// Sprintf of constants.
//
// Evidence: R9 look-alike.

package spanname

import (
	"context"
	"fmt"
)

func goodSprintf(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, fmt.Sprintf("%s.%s", area, "reload")) // GOOD: one name
	defer span.End()
	return work(ctx)
}
