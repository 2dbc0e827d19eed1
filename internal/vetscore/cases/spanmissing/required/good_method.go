// It starts a span.
//
// Evidence: policy.

package required

import "context"

func (i *importer) ImportStock(ctx context.Context, name string) error {
	ctx, span := tracer.Start(ctx, "import stock") // GOOD: a span
	defer span.End()
	n, err := read(ctx, name)
	i.rows += n
	return err
}
