// The statement without context stands in a loop.
//
// Evidence: rule.

package spanctx

import "context"

func (s *store) detachedLoop(ctx context.Context, ids []string) error {
	ctx, span := tracer.Start(ctx, "all")
	defer span.End()
	for _, id := range ids {
		_, err := s.db.Exec("DELETE FROM items WHERE id = $1", id) // BAD spanctx.detached
		if err != nil {
			return err
		}
	}
	return write(ctx, "deleted")
}
