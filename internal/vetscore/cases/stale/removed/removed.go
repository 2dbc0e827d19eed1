// The line was removed, and its output stayed.
//
// Evidence: rule.

package removed // BAD stale.orphan

import "context"

// Store is decorated.
type Store interface {
	Get(ctx context.Context, key string) (string, error)
}
