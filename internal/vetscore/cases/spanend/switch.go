// A switch without default: other kinds leak.
//
// Evidence: R2.

package spanend

import "context"

func byKind(ctx context.Context, kind string, it item) {
	ctx, span := tracer.Start(ctx, "by kind") // BAD spanend.leak
	switch kind {
	case "load":
		_, _ = load(ctx, it.id)
		span.End()
	case "save":
		_ = save(ctx, it)
		span.End()
	}
}
