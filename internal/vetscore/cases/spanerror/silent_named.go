// A named result and a bare return.
//
// Evidence: R7.

package spanerror

import "context"

func silentNamed(ctx context.Context) (n int, err error) {
	ctx, span := tracer.Start(ctx, "silent") // BAD(option) spanerror.silent @a
	defer span.End()
	n, err = work(ctx)
	if err != nil {
		return // BAD(option) spanerror.silent @a
	}
	n++
	return n, nil
}
