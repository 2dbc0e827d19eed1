package api

import (
	"errors"
	"log/slog"
	"testing"

	noopmetric "go.opentelemetry.io/otel/metric/noop"
	nooptrace "go.opentelemetry.io/otel/trace/noop"

	"example.com/acme/payments/v2/internal/greetings"
	"example.com/acme/payments/v2/internal/store"
)

// withoutDatabase returns an archive whose database is away.
func withoutDatabase(t *testing.T) *greetings.Archive {
	t.Helper()
	tracers, meters, logger := nooptrace.NewTracerProvider(), noopmetric.NewMeterProvider(), slog.New(slog.DiscardHandler)
	composer, err := greetings.NewComposer(logger, tracers, meters)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(store.Options{
		Service: "test", URL: func() (string, error) { return "", errors.New("no URL") },
		Tracers: tracers, Meters: meters, Logger: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return greetings.NewArchive(composer, greetings.NewRepository(db))
}
