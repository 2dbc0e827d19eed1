// Package postgres imports what a service imports that keeps its state in PostgreSQL and
// traces its queries with a tracer of its own, written against pgx's interfaces.
//
// It compiles and is never emitted: it keeps these modules in go.mod at one version, and
// the hashes that such a service needs are recorded from it.
package postgres

import (
	_ "github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/multitracer"
	_ "github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/pgproto3"
	_ "github.com/jackc/pgx/v5/pgtype"
	_ "github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib"
)
