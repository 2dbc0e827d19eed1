package env

import "context"

//go:generate gen trace -type $NAME

type Store interface {
	Get(ctx context.Context, id string) error
}
