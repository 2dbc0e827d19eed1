package greetings

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/acme/payments/v2/internal/store"
)

// Database is a pool of connections, or a transaction where several things are to hold together.
type Database interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Repository keeps greetings.
type Repository struct {
	db Database
}

// NewRepository returns the greetings that db holds.
func NewRepository(db Database) *Repository { return &Repository{db: db} }

// Save keeps the greeting of name. What a caller saves again under the same key is kept once;
// without a key it is kept each time.
func (r *Repository) Save(ctx context.Context, key, name string, g Greeting) error {
	_, err := r.db.Exec(ctx, `
		INSERT INTO greetings (idempotency_key, name, message, caller)
		VALUES (NULLIF($1, ''), $2, $3, $4)
		ON CONFLICT (caller, idempotency_key) DO NOTHING`, key, name, g.Message, g.Caller)
	return away(err)
}

// Recent returns the greetings that were saved last, at most limit of them, the newest first.
func (r *Repository) Recent(ctx context.Context, limit int) ([]Greeting, error) {
	rows, err := r.db.Query(ctx, `SELECT message, caller FROM greetings ORDER BY id DESC LIMIT $1`, limit)
	if err != nil {
		return nil, away(err)
	}
	recent, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Greeting])
	return recent, away(err)
}

// away makes ErrUnavailable of an error for want of a database.
func away(err error) error {
	if store.IsAway(err) {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}
