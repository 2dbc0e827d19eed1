// Every case ends it, default too.
//
// Evidence: R2 look-alike.

package spanend

import "context"

func goodSwitch(ctx context.Context, kind string, it item) {
	ctx, span := tracer.Start(ctx, "good")
	switch kind {
	case "load":
		_, _ = load(ctx, it.id)
		span.End()
	case "save":
		_ = save(ctx, it)
		span.End()
	default:
		span.End() // GOOD: the rest
	}
}
