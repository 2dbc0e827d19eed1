// One rule named by its analyzer, with a reason.
//
// Evidence: rule.

package suppression

import "context"

func goodAnalyzer(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "analyzer") //nolint:spanend // GOOD: the session's end ends it
	span.AddEvent("begun")
	return work(ctx)
}
