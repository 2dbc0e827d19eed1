// The statement stands before the span.
//
// Evidence: rule.

package spanctx

import "context"

func (s *store) goodBeforeStart(ctx context.Context, id string) error {
	if _, err := s.db.Exec("SET application_name = 'cases'"); err != nil { // GOOD: no span is open here
		return err
	}
	ctx, span := tracer.Start(ctx, "fetch")
	defer span.End()
	_, err := fetch(ctx, id)
	return err
}
