package orphan

import "context"

//go:generate gen trace -type Other

type Store interface {
	Get(ctx context.Context, id string) error
}

type Other interface {
	Get(ctx context.Context, id string) error
}
