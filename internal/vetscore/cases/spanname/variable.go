// The name is made a line above.
//
// Evidence: R9.

package spanname

import (
	"context"
	"fmt"
)

func byUser(ctx context.Context, user int) error {
	name := fmt.Sprintf("user %d", user) // BAD spanname.cardinality @a
	ctx, span := tracer.Start(ctx, name) // BAD spanname.cardinality @a
	defer span.End()
	return work(ctx)
}
