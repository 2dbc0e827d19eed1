// What it silences is not there.
//
// Evidence: rule.

package suppression

import "context"

func lintNeedless(ctx context.Context) error {
	// BAD-NEXT suppression.needless
	//lint:ignore spanend.leak the exporter ends it
	ctx, span := tracer.Start(ctx, "needless")
	defer span.End()
	return work(ctx)
}
