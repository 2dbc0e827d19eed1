// The calls that take a context.
//
// Evidence: rule.

package spanctx

import "context"

func (s *store) goodExecContext(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "exec")
	defer span.End()
	_, err := s.db.ExecContext(ctx, "DELETE FROM items WHERE id = $1", id) // GOOD: takes the span's context
	return err
}
