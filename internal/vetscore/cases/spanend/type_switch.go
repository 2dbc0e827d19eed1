// One case of a type switch returns with the span open.
//
// Evidence: R2.

package spanend

import (
	"context"
	"fmt"
)

func byType(ctx context.Context, v any) error {
	ctx, span := tracer.Start(ctx, "by type") // BAD spanend.leak
	switch v := v.(type) {
	case item:
		err := save(ctx, v)
		span.End()
		return err
	case string:
		_, err := load(ctx, v)
		span.End()
		return err
	default:
		return fmt.Errorf("a %T", v)
	}
}
