// The line went away with the file that it stood in.
//
// Evidence: rule.

package moved // BAD stale.orphan

import "context"

// Store is decorated.
type Store interface {
	Get(ctx context.Context, key string) (string, error)
}
