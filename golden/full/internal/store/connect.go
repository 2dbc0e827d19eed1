package store

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	connectTimeout = 5 * time.Second
	maxLifetime    = 30 * time.Minute // so that a revoked password is soon used by nobody
	lifetimeJitter = 5 * time.Minute
	maxIdle        = 5 * time.Minute
	checkPeriod    = 30 * time.Second
	pingTimeout    = 2 * time.Second // of a connection that was idle for a second
)

// errMalformed shows nothing of the URL: a password that is not escaped may stand anywhere in it.
var errMalformed = errors.New("the database's URL is malformed: want postgres://user:password@host:5432/database?sslmode=verify-full, with special characters of the password as %XX")

// config returns how to connect as of now.
func (o Options) config() (*pgxpool.Config, error) {
	url, err := o.URL()
	if err != nil {
		return nil, err
	}
	return parse(url, o.Service)
}

// parse returns how to connect by url.
func parse(url, service string) (*pgxpool.Config, error) {
	if !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		return nil, errMalformed
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			return nil, fmt.Errorf("the database's URL: %w", path) // of a certificate
		}
		return nil, errMalformed
	}
	config.MaxConnLifetime, config.MaxConnLifetimeJitter = maxLifetime, lifetimeJitter
	config.MaxConnIdleTime, config.HealthCheckPeriod, config.PingTimeout = maxIdle, checkPeriod, pingTimeout

	c := config.ConnConfig
	c.ConnectTimeout = connectTimeout
	dialer := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}}
	c.DialFunc = dialer.DialContext
	for name, value := range map[string]string{
		"application_name":                    service,
		"statement_timeout":                   "30s",
		"idle_in_transaction_session_timeout": "60s",
	} {
		if _, ok := c.RuntimeParams[name]; !ok { // the URL may say otherwise
			c.RuntimeParams[name] = value
		}
	}
	if err := verified(c.Host, c.TLSConfig); err != nil {
		return nil, err
	}
	for _, f := range c.Fallbacks { // other hosts, or the same host with less security
		if err := verified(f.Host, f.TLSConfig); err != nil {
			return nil, err
		}
	}
	return config, nil
}

// verified refuses a connection over a network that does not prove the server's name.
func verified(host string, config *tls.Config) error {
	if config != nil {
		config.MinVersion = tls.VersionTLS12
	}
	local := strings.HasPrefix(host, "/") || strings.HasPrefix(host, "@") || host == "localhost" || net.ParseIP(host).IsLoopback()
	if local || config != nil && !config.InsecureSkipVerify {
		return nil
	}
	return fmt.Errorf("the database at %q must prove its name: add sslmode=verify-full to its URL, and sslrootcert=FILE for an authority that the system does not know", host)
}
