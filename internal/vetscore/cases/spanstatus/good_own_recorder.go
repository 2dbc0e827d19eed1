// RecordError of something that is no span.
//
// Evidence: rule.

package spanstatus

import "context"

type recorder struct{ errs []error }

func (r *recorder) RecordError(err error) { r.errs = append(r.errs, err) }

func goodOwnRecorder(ctx context.Context, span *recorder) error {
	err := work(ctx)
	if err != nil {
		span.RecordError(err) // GOOD: a list of ours
	}
	return err
}
