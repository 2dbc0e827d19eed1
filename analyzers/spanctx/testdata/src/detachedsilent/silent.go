package detachedsilent

import (
	"context"
	"database/sql"
	"net/http"

	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

// No span.
func plain(ctx context.Context, db *sql.DB) error {
	_, err := db.Exec("delete from t")
	return err
}

func after(ctx context.Context, db *sql.DB) error {
	ctx, span := tracer.Start(ctx, "load")
	_, err := db.ExecContext(ctx, "delete from t")
	span.End()
	if err != nil {
		return err
	}
	_, err = db.Exec("delete from t")
	return err
}

func before(ctx context.Context, db *sql.DB) error {
	if err := db.Ping(); err != nil {
		return err
	}
	_, span := tracer.Start(ctx, "load")
	defer span.End()
	return nil
}

func others(ctx context.Context, db *sql.DB) {
	_, span := tracer.Start(ctx, "load")
	defer span.End()
	defer db.Exec("unlock")
	defer func() { _, _ = db.Exec("unlock") }()
	go db.Ping()
	go func() { _ = db.Ping() }()
}

// The request gets its context later.
func later(ctx context.Context, client *http.Client) error {
	ctx, span := tracer.Start(ctx, "get")
	defer span.End()
	req, err := http.NewRequest("GET", "http://example.com", nil)
	if err != nil {
		return err
	}
	req = req.WithContext(ctx)
	_, err = client.Do(req)
	return err
}

func inPlace(ctx context.Context, client *http.Client) error {
	ctx, span := tracer.Start(ctx, "get")
	defer span.End()
	req, err := http.NewRequest("GET", "http://example.com", nil)
	if err != nil {
		return err
	}
	_, err = client.Do(req.WithContext(ctx))
	return err
}

func together(ctx context.Context, do func(context.Context, *http.Request) error) error {
	ctx, span := tracer.Start(ctx, "get")
	defer span.End()
	req, err := http.NewRequest("GET", "http://example.com", nil)
	if err != nil {
		return err
	}
	return do(ctx, req)
}

type db struct{}

func (db) Query(string) {}

// The same name on another type.
func another(ctx context.Context, d db) {
	_, span := tracer.Start(ctx, "get")
	defer span.End()
	d.Query("x")
}
