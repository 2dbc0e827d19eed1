package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/mintwright/mintwright/blueprints/service/greetings"
	"github.com/mintwright/mintwright/blueprints/service/worker"
)

// Greet returns the handler of jobs such as {"name":"Ada"}. What is none, and a name that
// cannot be greeted, is put aside: trying again would not mend it.
func Greet(greeter Greeter) worker.Handler {
	return func(ctx context.Context, job *worker.Job) error {
		var in struct {
			Name string `json:"name"`
		}
		if err := json.Unmarshal(job.Body, &in); err != nil {
			return fmt.Errorf(`%w: the body is not JSON such as {"name":"Ada"}: %w`, worker.ErrPoison, err)
		}
		_, err := greeter.Compose(ctx, in.Name)
		if errors.Is(err, greetings.ErrBadName) {
			return fmt.Errorf("%w: %w", worker.ErrPoison, err)
		}
		return err
	}
}
