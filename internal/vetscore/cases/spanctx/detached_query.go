// QueryRow without context inside a span.
//
// Evidence: rule.

package spanctx

import "context"

func (s *store) detachedQuery(ctx context.Context) (n int, err error) {
	ctx, span := tracer.Start(ctx, "count")
	defer span.End()
	err = s.db.QueryRow("SELECT count(*) FROM items").Scan(&n) // BAD spanctx.detached
	if err != nil {
		return 0, err
	}
	return n, write(ctx, "counted")
}
