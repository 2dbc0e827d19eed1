package dev

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	databaseTimeout = 3 * time.Second // for one answer of a local server
	migrateTimeout  = time.Minute
)

// MissingError says what a service needs and does not get, and what to do.
type MissingError struct {
	Fact, Remedy string
}

func (e *MissingError) Error() string { return e.Fact + "; " + e.Remedy }

// localServers are where a PostgreSQL server of this machine listens: the folders of the
// socket by Debian's and by PostgreSQL's own default, and loopback.
func localServers() []string { return []string{"/var/run/postgresql", "/tmp", "127.0.0.1"} }

// withDatabase returns svc with a database: the one that environ names, else one of the
// service's name at a local server.
func (s *Session) withDatabase(ctx context.Context, svc Service) (Service, error) {
	if !svc.Database || has(s.options.Environ, "DATABASE_URL_FILE") || has(s.options.Environ, "DATABASE_URL") {
		return svc, nil
	}
	found, made, err := localDatabase(ctx, svc.Name, localServers())
	switch {
	case err != nil:
		return svc, err
	case made:
		s.say("made the database %s for %s", found, svc.Name)
	case found != svc.databaseURL:
		s.say("%s uses the database %s", svc.Name, found)
	}
	svc.databaseURL = found
	return svc, nil
}

// localDatabase returns the URL of the database called name at the first of the servers that
// lets us in, and whether it had to be made. It fails with MissingError.
func localDatabase(ctx context.Context, name string, servers []string) (found string, made bool, err error) {
	var refused *pgconn.PgError
	where := ""
	for _, host := range servers {
		found := localURL(host, name)
		err := execute(ctx, found, "")
		if sqlState(err) == "3D000" { // no such database
			err = execute(ctx, localURL(host, "postgres"), "CREATE DATABASE "+`"`+name+`"`)
			if err == nil || sqlState(err) == "42P04" { // somebody else has just made it
				return found, err == nil, nil
			}
			return "", false, &MissingError{
				Fact:   fmt.Sprintf("the server at %s has no database %q, and we may not make it: %v", host, name, err),
				Remedy: fmt.Sprintf("make it, with createdb %s as a user who may, or set DATABASE_URL", name),
			}
		}
		if err == nil {
			return found, false, nil
		}
		if refused == nil && errors.As(err, &refused) {
			where = host
		}
	}
	if ctx.Err() != nil {
		return "", false, ctx.Err()
	}
	if refused != nil {
		return "", false, &MissingError{
			Fact:   fmt.Sprintf("%s needs a database: DATABASE_URL is not set, and the server at %s refuses us: %v", name, where, refused),
			Remedy: "set DATABASE_URL, or make a role for yourself: sudo -u postgres createuser --createdb $(id -un)",
		}
	}
	return "", false, &MissingError{
		Fact:   fmt.Sprintf("%s needs a database: DATABASE_URL is not set, and no server answers at %s", name, strings.Join(servers, ", ")),
		Remedy: fmt.Sprintf("set DATABASE_URL to postgres://user:password@host:5432/%s?sslmode=verify-full, or start a local server (apt-get install postgresql)", name),
	}
}

// localURL names the database by a URL without a user and a password: they are the
// developer's own, by the name of the account or the variables of libpq.
func localURL(host, database string) string {
	u := url.URL{Scheme: "postgres", Host: host, Path: "/" + database}
	if strings.HasPrefix(host, "/") {
		u.Host, u.RawQuery = "", url.Values{"host": {host}}.Encode()
	}
	return u.String()
}

// execute connects to the database and runs sql, if there is any.
func execute(ctx context.Context, url, sql string) error {
	ctx, cancel := context.WithTimeout(ctx, databaseTimeout)
	defer cancel()
	conn, err := pgconn.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if sql == "" {
		return nil
	}
	return conn.Exec(ctx, sql).Close()
}

// sqlState returns the code with which the server has answered, "" when it has not.
func sqlState(err error) string {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Code
	}
	return ""
}

// migrate has the program at path bring the schema of its database up to date.
func (s *Session) migrate(ctx context.Context, svc Service, path string, environ []string, out *lines) error {
	ctx, cancel := context.WithTimeout(ctx, migrateTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "migrate")
	cmd.Dir, cmd.Env = svc.Dir, environ
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = attributes()
	cmd.Cancel = func() error { killGroup(cmd.Process.Pid); return nil }
	cmd.WaitDelay = 2 * time.Second
	err := s.starter.start(cmd)
	if err == nil {
		err = cmd.Wait()
		out.flush()
	}
	if err != nil {
		return fmt.Errorf("migrating the database of %s: %w", svc.Name, err)
	}
	return nil
}
