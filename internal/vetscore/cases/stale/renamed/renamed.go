// The line asks for another type now, and the old output stayed.
//
// Evidence: rule.

package renamed // BAD stale.orphan

import "context"

//go:generate gen trace -type Other

// Other is made of the line that is there.
type Other interface {
	Get(ctx context.Context, key string) (string, error)
}

// Store is decorated.
type Store interface {
	Get(ctx context.Context, key string) (string, error)
}
