package greetings

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/mintwright/mintwright/blueprints/service/store"
)

// echo is a Greeter.
type echo struct{}

func (echo) Compose(_ context.Context, name string) (Greeting, error) {
	return Greeting{Message: name}, nil
}

// TestKeys composes under keys that a database would stumble over.
func TestKeys(t *testing.T) {
	archive := NewArchive(echo{}, NewRepository(database(t)))
	for key, want := range map[string]error{
		"":                                  nil,
		strings.Repeat("é", maxKeyLength/2): nil,
		strings.Repeat("x", maxKeyLength+1): ErrBadKey,
		strings.Repeat("x", 1<<20):          ErrBadKey,
		"a\x00b":                            ErrBadKey,
		"\xff":                              ErrBadKey,
	} {
		if _, err := archive.Compose(WithKey(t.Context(), key), "Ada"); !errors.Is(err, want) {
			t.Errorf("key %.20q: got %v, want %v", key, err, want)
		}
	}
}

func TestWithoutDatabase(t *testing.T) {
	s, err := store.Open(store.Options{
		Service: "test", URL: func() (string, error) { return "", errors.New("no URL") },
		Tracers: tracenoop.NewTracerProvider(), Meters: metricnoop.NewMeterProvider(), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	archive := NewArchive(echo{}, NewRepository(s))
	if _, err := archive.Compose(t.Context(), "Ada"); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Compose: got %v", err)
	}
	if _, err := archive.Recent(t.Context()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Recent: got %v", err)
	}
}
