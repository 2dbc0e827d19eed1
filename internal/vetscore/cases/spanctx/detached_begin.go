// A transaction begun without the span's context.
//
// Evidence: rule.

package spanctx

import "context"

func (s *store) detachedBegin(ctx context.Context, ids []string) error {
	ctx, span := tracer.Start(ctx, "transaction")
	defer span.End()
	tx, err := s.db.Begin() // BAD spanctx.detached
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, "DELETE FROM items WHERE id = $1", id); err != nil {
			_ = tx.Rollback()
			return err
		}
	}
	return tx.Commit()
}
