// The error is wrapped on its way out.
//
// Evidence: R7.

package spanerror

import (
	"context"
	"fmt"
)

func silentWrapped(ctx context.Context) (int, error) {
	ctx, span := tracer.Start(ctx, "silent") // BAD(option) spanerror.silent @a
	defer span.End()
	n, err := work(ctx)
	if err != nil {
		return 0, fmt.Errorf("working: %w", err) // BAD(option) spanerror.silent @a
	}
	return n, nil
}
