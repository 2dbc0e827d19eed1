// The id of a user between two constants.
//
// Evidence: R9.

package spanname

import (
	"context"
	"strings"
)

func byTable(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, strings.Join([]string{"orders", id, "load"}, "/")) // BAD(low) spanname.cardinality
	defer span.End()
	return work(ctx)
}
