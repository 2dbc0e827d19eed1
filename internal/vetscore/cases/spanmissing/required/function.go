// A function that the policy names has none.
//
// Evidence: policy.

package required

import "context"

// ImportPrices is named by the policy.
func ImportPrices(ctx context.Context, names []string) error { // BAD spanmissing.required
	for _, name := range names {
		if _, err := read(ctx, name); err != nil {
			return err
		}
	}
	return nil
}
