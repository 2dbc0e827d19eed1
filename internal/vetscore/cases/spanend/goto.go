// A goto passes End by.
//
// Evidence: R2.

package spanend

import (
	"context"
	"errors"
)

func jumping(ctx context.Context, id string) (err error) {
	ctx, span := tracer.Start(ctx, "jump") // BAD spanend.leak
	if _, err = load(ctx, id); err != nil {
		goto failed
	}
	span.End()
	return nil
failed:
	return errors.Join(errEmpty, err)
}
