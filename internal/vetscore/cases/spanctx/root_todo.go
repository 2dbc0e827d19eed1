// TODO where a context is a parameter.
//
// Evidence: rule.

package spanctx

import "context"

func rootTODO(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		itemCtx, span := tracer.Start(context.TODO(), "one") // BAD spanctx.root
		_, err := fetch(itemCtx, id)
		span.End()
		if err != nil {
			return err
		}
	}
	return nil
}
