// What was made of an interface that has not changed since, whatever else has.
//
// Evidence: rule.

package fresh

import "context"

// GOOD: the output is of this interface and these comments
//go:generate gen trace -type Store
// GOOD: a line for another program
//go:generate echo done

// Store is decorated. That its comment has grown makes no difference.
type Store interface {
	//gen:attr app.store.key=key
	Get(ctx context.Context, key string) (Thing, error)
}

// Thing is not named by an attribute.
type Thing struct{ Name string }
