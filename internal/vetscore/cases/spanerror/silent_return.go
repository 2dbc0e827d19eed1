// The error is returned, nothing is recorded.
//
// Evidence: R7.

package spanerror

import "context"

func silentReturn(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "silent") // BAD(option) spanerror.silent @a
	defer span.End()
	_, err := work(ctx)
	if err != nil {
		return err // BAD(option) spanerror.silent @a
	}
	return nil
}
