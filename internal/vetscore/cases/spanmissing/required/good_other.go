// A function that the policy does not name.
//
// Evidence: policy.

package required

import "context"

// Export is not named.
func Export(ctx context.Context, name string) error {
	_, err := read(ctx, name) // GOOD: not asked for
	return err
}
