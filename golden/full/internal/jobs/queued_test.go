package jobs

import (
	"context"
	"errors"
	"strings"
	"testing"

	"example.com/acme/payments/v2/internal/greetings"
	"example.com/acme/payments/v2/internal/worker"
)

// greet is a Greeter.
type greet func(name string) error

func (g greet) Compose(_ context.Context, name string) (greetings.Greeting, error) {
	return greetings.Greeting{}, g(name)
}

func TestGreet(t *testing.T) {
	away := errors.New("the database is away")
	for _, test := range []struct {
		body, name string // of whom is greeted, "" for nobody
		fails      error
		poison     bool
	}{
		{`{"name":"Ada"}`, "Ada", nil, false},
		{`{"name":"Ada"}`, "Ada", away, false},
		{`{"name":"Ada"}`, "Ada", greetings.ErrBadName, true},
		{`{"name":`, "", nil, true},
		{`{"name":7}`, "", nil, true},
		{``, "", nil, true},
	} {
		var greeted []string
		handle := Greet(greet(func(name string) error {
			greeted = append(greeted, name)
			return test.fails
		}))
		err := handle(t.Context(), &worker.Job{ID: "1", Body: []byte(test.body)})
		if errors.Is(err, worker.ErrPoison) != test.poison || !errors.Is(err, test.fails) && test.fails != nil || err == nil != (test.fails == nil && !test.poison) {
			t.Errorf("%s, where greeting gives %v: got error %v", test.body, test.fails, err)
		}
		if got := strings.Join(greeted, ","); got != test.name {
			t.Errorf("%s: greeted %q, want %q", test.body, got, test.name)
		}
	}
}
