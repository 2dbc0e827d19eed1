package changed

import "context"

//go:generate gen trace -type inTest

type inTest interface {
	Get(ctx context.Context, id int) error
}
