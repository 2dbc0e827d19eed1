package detachedfind

import (
	"context"
	"database/sql"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func work(ctx context.Context) error { return nil }

func statements(ctx context.Context, db *sql.DB, tx *sql.Tx) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	if err := db.Ping(); err != nil { // want `db.Ping takes no context inside span span: use PingContext`
		return err
	}
	rows, err := db.Query("select 1 where a = ?", 1) // want `use QueryContext`
	if err != nil {
		return err
	}
	defer rows.Close()
	_, err = tx.Exec("delete from t") // want `use ExecContext`
	return err
}

func embedded(ctx context.Context, s struct{ *sql.DB }) *sql.Row {
	c, span := tracer.Start(ctx, "load")
	defer span.End()
	_ = work(c)
	return s.QueryRow("select 1") // want `use QueryRowContext`
}

func requests(ctx context.Context, client *http.Client) error {
	ctx, span := tracer.Start(ctx, "get")
	defer span.End()
	_ = work(ctx)
	if _, err := http.Get("http://example.com"); err != nil { // want `http.Get takes no context inside span span: use http.NewRequestWithContext`
		return err
	}
	if _, err := client.Post("http://example.com", "text/plain", nil); err != nil { // want `client.Post takes no context`
		return err
	}
	req, err := http.NewRequest("GET", "http://example.com", strings.NewReader("")) // want `http.NewRequest takes no context`
	if err != nil {
		return err
	}
	req.Header.Set("a", "b")
	_, err = client.Do(req)
	return err
}

// Both mistakes in one place are mended together.
func both(ctx context.Context, db *sql.DB) error {
	_, span := tracer.Start(ctx, "load") // want `work gets ctx from before the span`
	defer span.End()
	if err := work(ctx); err != nil {
		return err
	}
	_, err := db.Exec("delete from t") // want `use ExecContext`
	return err
}

// No context is kept, so there is none to give.
func leaf(ctx context.Context, db *sql.DB) error {
	_, span := tracer.Start(ctx, "load")
	defer span.End()
	_, err := db.Exec("delete from t") // want `use ExecContext`
	return err
}

// The rows would be closed when the function's own context ends.
func cancels(ctx context.Context, db *sql.DB) (*sql.Rows, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	_ = work(ctx)
	return db.Query("select 1") // want `use QueryContext`
}

// The name is hidden.
func hidden(ctx context.Context, db *sql.DB) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	_ = work(ctx)
	for _, ctx := range []string{"a"} {
		_, err := db.Exec("insert", ctx) // want `use ExecContext`
		if err != nil {
			return err
		}
	}
	return nil
}

// The inner span is the one.
func nested(ctx context.Context, db *sql.DB) error {
	ctx, outer := tracer.Start(ctx, "outer")
	defer outer.End()
	c, inner := tracer.Start(ctx, "inner")
	defer inner.End()
	_ = work(c)
	return db.Ping() // want `db.Ping takes no context inside span inner`
}
