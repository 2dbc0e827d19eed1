// Package otelsql has the signatures of XSAM's, and nothing behind them.
package otelsql

import "database/sql"

type Option interface{ apply() }

func Open(driverName, dataSourceName string, options ...Option) (*sql.DB, error) { return nil, nil }
func Register(driverName string, options ...Option) (string, error)              { return "", nil }
