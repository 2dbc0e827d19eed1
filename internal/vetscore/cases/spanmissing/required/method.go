// A method that the policy names has none.
//
// Evidence: policy.

package required

import "context"

func (i *importer) ImportOrders(ctx context.Context, name string) error { // BAD spanmissing.required
	n, err := read(ctx, name)
	i.rows += n
	return err
}
