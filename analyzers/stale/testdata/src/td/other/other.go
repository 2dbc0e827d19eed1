// Package other declares what others decorate.
package other

import "context"

type Store interface {
	Get(ctx context.Context, id int) (string, error)
}
