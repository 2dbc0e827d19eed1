// The mistake inside a function literal.
//
// Evidence: R2.

package spanend

import "context"

func handlers(list []string) []func(context.Context) error {
	var all []func(context.Context) error
	for _, id := range list {
		all = append(all, func(ctx context.Context) error {
			ctx, span := tracer.Start(ctx, "handle") // BAD spanend.leak
			it, err := load(ctx, id)
			if err != nil {
				return err
			}
			err = save(ctx, it)
			span.End()
			return err
		})
	}
	return all
}
