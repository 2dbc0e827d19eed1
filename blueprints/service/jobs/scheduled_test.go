package jobs

import (
	"context"
	"errors"
	"testing"

	"github.com/mintwright/mintwright/blueprints/service/greetings"
	"github.com/mintwright/mintwright/blueprints/service/worker"
)

// world is a Greeter that knows nobody but the world.
type world struct{}

func (world) Compose(_ context.Context, name string) (greetings.Greeting, error) {
	if name != "World" {
		return greetings.Greeting{}, errors.New("who is " + name + "?")
	}
	return greetings.Greeting{}, nil
}

func TestGreetWorld(t *testing.T) {
	if err := GreetWorld(world{})(t.Context(), &worker.Job{ID: "greet@2000-01-01T00:00:00Z"}); err != nil {
		t.Error(err)
	}
}
