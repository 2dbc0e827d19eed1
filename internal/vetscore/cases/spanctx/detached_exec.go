// A statement without context inside a span: it is missing in the trace and cannot be cancelled.
//
// Evidence: rule.

package spanctx

import "context"

func (s *store) detachedExec(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "exec")
	defer span.End()
	if err := write(ctx, id); err != nil {
		return err
	}
	_, err := s.db.Exec("DELETE FROM items WHERE id = $1", id) // BAD spanctx.detached
	return err
}
