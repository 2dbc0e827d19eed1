package jobs

import (
	"context"

	"github.com/mintwright/mintwright/blueprints/service/worker"
)

// GreetWorld returns the handler of the runs that are due by the clock.
func GreetWorld(greeter Greeter) worker.Handler {
	return func(ctx context.Context, _ *worker.Job) error {
		_, err := greeter.Compose(ctx, "World")
		return err
	}
}
