// Package store keeps this service's data in PostgreSQL.
//
// It holds the connections (Open), says whether the database can be used (Store.Ready), runs
// transactions (Store.Tx) and brings the schema up to date (Migrate). Over a network it talks
// to the server whose name a certificate proves, or to none. Nothing here waits for a server
// that does not answer for longer than a constant or the caller's context says.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

const scope = "store" // of this package's spans and metrics

const (
	readyTimeout       = time.Second
	closeTimeout       = time.Second
	transactionTimeout = 30 * time.Second // with its retries
	maxAttempts        = 4                // of a transaction
	firstPause         = 10 * time.Millisecond
)

// Options says which database is used, and who is told.
type Options struct {
	Service string // the name under which the database knows us
	// URL returns postgres://user:password@host:5432/database?sslmode=verify-full, or an error
	// that says what is missing. It is read for each new connection: a new password is used
	// as soon as it is there.
	URL     func() (string, error)
	Queries pgx.QueryTracer
	Tracers trace.TracerProvider
	Meters  metric.MeterProvider
	Logger  *slog.Logger
}

// Store is the database as this service uses it: a pool of connections, and more.
type Store struct {
	*pgxpool.Pool
	probe      *pgxpool.Pool // one connection for Ready: a pool in full use is not a database away
	tracer     trace.Tracer
	logger     *slog.Logger
	migrations []migration
	newer      sync.Once // the schema was found to be newer
}

// Open returns a Store without connecting: the database may come later, and its URL too.
// A URL that is there must be right, and its error shows nothing of it.
//
// How many connections there are at most, and more, can be set in the URL by the parameters of
// pgxpool: pool_max_conns is the number of processors, or 4, where it is not set.
func Open(o Options) (*Store, error) {
	migrations, err := embedded()
	if err != nil {
		return nil, err
	}
	url, err := o.URL()
	if err != nil {
		url = "postgres://localhost" // until there is one; Ready says why
	}
	config, err := parse(url, o.Service)
	if err != nil {
		return nil, err
	}
	config.BeforeConnect = func(_ context.Context, c *pgx.ConnConfig) error {
		now, err := o.config()
		if err != nil {
			return fmt.Errorf("%w: %w", errNoWay, err)
		}
		now.ConnConfig.Tracer = c.Tracer
		*c = *now.ConnConfig
		return nil
	}
	forProbe := config.Copy()
	forProbe.MaxConns, forProbe.MinConns, forProbe.MinIdleConns = 1, 0, 0
	config.ConnConfig.Tracer = o.Queries

	s := &Store{tracer: o.Tracers.Tracer(scope), logger: o.Logger, migrations: migrations}
	if s.Pool, err = pgxpool.NewWithConfig(context.Background(), config); err != nil {
		return nil, err
	}
	if s.probe, err = pgxpool.NewWithConfig(context.Background(), forProbe); err != nil {
		return nil, err
	}
	return s, measure(s.Pool, o.Meters)
}

// Close ends the connections. One that is in use, or whose server does not answer, is left to
// the end of the process after a moment.
func (s *Store) Close() {
	closed := make(chan struct{})
	go func() {
		s.probe.Close()
		s.Pool.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(closeTimeout):
		s.logger.Warn("connections to the database are left open", "in_use", s.Stat().AcquiredConns())
	}
}

// Ready returns nil while the database answers within a second and has the schema that this
// program needs. A newer schema is none of its business: during an update the old program
// serves on.
func (s *Store) Ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), readyTimeout)
	defer cancel()
	applied, err := appliedIn(ctx, s.probe)
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("the database does not answer within %s", readyTimeout)
	}
	if err != nil {
		return err
	}
	pending, newer, err := compare(s.migrations, applied)
	if newer != "" {
		s.newer.Do(func() { s.logger.Warn("the database is newer than this program", "migration", newer) })
	}
	if err == nil && len(pending) > 0 {
		err = fmt.Errorf("%d migrations are pending, the first is %s: run this program with the argument migrate", len(pending), pending[0].name)
	}
	return err
}

// Tx runs do in a transaction: what do did holds when Tx returns nil, and nothing of it when do
// fails or panics. The context is cancelled after 30 seconds.
//
// Where the database asks for it, on a deadlock or when transactions cannot be put in a
// sequence, do is run again: it must not have an effect elsewhere.
func (s *Store) Tx(ctx context.Context, do func(ctx context.Context, tx pgx.Tx) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, transactionTimeout)
	defer cancel()
	ctx, span := s.tracer.Start(ctx, "transaction")
	defer span.End() // records a panic
	for attempt := range maxAttempts {
		err = pgx.BeginFunc(ctx, s.Pool, func(tx pgx.Tx) error { return do(ctx, tx) })
		if !mayRetry(err) || attempt == maxAttempts-1 {
			break
		}
		span.AddEvent("transaction is run again", trace.WithAttributes(errorType(err)))
		select {
		case <-ctx.Done():
		case <-time.After(rand.N(firstPause << attempt)):
		}
	}
	if err != nil {
		span.SetAttributes(errorType(err))
		span.SetStatus(codes.Error, err.Error())
	}
	return err
}

// mayRetry reports whether the database has undone a transaction for the sake of another.
func mayRetry(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && (refused.Code == "40001" || refused.Code == "40P01")
}
