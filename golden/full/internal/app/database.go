package app

import (
	"context"
	"log/slog"
	"os"

	"example.com/acme/payments/v2/internal/config"
	"example.com/acme/payments/v2/internal/store"
)

// openDatabase returns the database, which need not be there yet.
func openDatabase(c config.Config, o *observer) (*store.Store, error) {
	queries, err := store.NewTracer(o.tracers, o.meters)
	if err != nil {
		return nil, err
	}
	return store.Open(store.Options{
		Service: Name,
		URL:     c.DatabaseURL,
		Queries: queries,
		Tracers: o.tracers,
		Meters:  o.meters,
		Logger:  o.logger,
	})
}

// Migrate brings the schema of the database up to date. It needs neither an identity nor a
// collector.
func Migrate(ctx context.Context, c config.Config) error {
	logger := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: c.LogLevel}))
	return store.Migrate(ctx, store.Options{
		Service: Name,
		URL:     c.DatabaseURL,
		Logger:  logger,
	})
}
