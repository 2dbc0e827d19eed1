// A database opened without instrumentation.
//
// Evidence: R13.

package outbound

import (
	"context"
	"database/sql"
)

func open(ctx context.Context, dsn string) (*sql.DB, error) {
	db, err := sql.Open("pgx", dsn) // BAD spanmissing.outbound
	if err != nil {
		return nil, err
	}
	return db, db.PingContext(ctx)
}
