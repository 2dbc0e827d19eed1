// Package pgqueue is a worker.Source over a table in PostgreSQL.
//
// A job is a row; whoever claims it has it for a time, and it is deleted when it is done. One
// that is put aside stays, with dead_at and last_error. To give the dead another chance:
//
//	UPDATE jobs SET dead_at = NULL, attempt = 0, run_at = now() WHERE dead_at IS NOT NULL;
package pgqueue

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mintwright/mintwright/blueprints/service/worker"
)

const (
	statementTimeout = 5 * time.Second // with the wait for a connection
	pollInterval     = time.Second     // while there is no job; half of it is random
	maxErrorBytes    = 1000            // of last_error
)

// ErrLeaseLost means that a job was not settled in time: another delivery of it has begun, or
// someone has removed it.
var ErrLeaseLost = errors.New("the lease of the job is lost")

// Queue is a worker.Source.
type Queue struct {
	pool    *pgxpool.Pool
	lease   time.Duration
	timeout time.Duration // of a statement
}

// New returns the queue in the table jobs, for a worker whose jobs end within timeout.
func New(pool *pgxpool.Pool, timeout time.Duration) *Queue {
	return &Queue{pool: pool, lease: timeout + worker.Grace, timeout: statementTimeout}
}

// Message is a job to be.
type Message struct {
	Key  string // idempotency key, of up to 255 characters; not to be used for another job later
	Body []byte // up to 1 MiB
}

// Execer is a transaction or a pool.
type Execer interface {
	Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error)
}

// Enqueue adds a job, with the trace context of ctx. In a transaction the job is there when
// the transaction is committed, or never. While the table has a job of that key, waiting,
// running or dead, it does nothing.
func Enqueue(ctx context.Context, db Execer, m Message) error {
	header := map[string]string{}
	worker.Inject(ctx, header)
	_, err := db.Exec(ctx, `INSERT INTO jobs (key, body, header) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING`,
		m.Key, append([]byte{}, m.Body...), header)
	if err != nil {
		return fmt.Errorf("enqueueing job %q: %w", m.Key, err)
	}
	return nil
}

// Origin names the table.
func (q *Queue) Origin() (system, destination string) { return "postgresql", "jobs" }

// lease is what a worker.Job carries: another claim of the row has another attempt.
type lease struct {
	id      int64
	attempt int
}

// Receive claims the job that is due for the longest time.
func (q *Queue) Receive(ctx context.Context) (*worker.Job, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	job, err := q.claim(context.WithoutCancel(ctx)) // cut off half-way, a claim may hold all the same
	if !errors.Is(err, pgx.ErrNoRows) {
		return job, err
	}
	select {
	case <-ctx.Done():
	case <-time.After(pollInterval/2 + rand.N(pollInterval/2)):
	}
	return nil, nil
}

func (q *Queue) claim(ctx context.Context) (*worker.Job, error) {
	ctx, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	var (
		job worker.Job
		l   lease
	)
	err := q.pool.QueryRow(ctx, `
		UPDATE jobs SET attempt = attempt + 1, run_at = now() + $1
		WHERE id = (
			SELECT id FROM jobs WHERE dead_at IS NULL AND run_at <= now()
			ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING id, attempt, key, body, header, enqueued_at`, q.lease).
		Scan(&l.id, &l.attempt, &job.ID, &job.Body, &job.Header, &job.Enqueued)
	if err != nil {
		return nil, fmt.Errorf("claiming a job: %w", err)
	}
	job.Attempt, job.Lease = l.attempt, l
	return &job, nil
}

// Ack deletes the job. It fails with ErrLeaseLost.
func (q *Queue) Ack(ctx context.Context, job *worker.Job) error {
	l := job.Lease.(lease)
	return q.settle(ctx, `DELETE FROM jobs WHERE id = $1 AND attempt = $2 AND dead_at IS NULL`, l.id, l.attempt)
}

// Nack lets the job be claimed again after a while, or never. It fails with ErrLeaseLost.
func (q *Queue) Nack(ctx context.Context, job *worker.Job, nack worker.Nack) error {
	l := job.Lease.(lease)
	cause := nack.Cause.Error()
	cause = strings.ToValidUTF8(strings.ReplaceAll(cause[:min(len(cause), maxErrorBytes)], "\x00", ""), "")
	return q.settle(ctx, `
		UPDATE jobs SET run_at = now() + $3, last_error = $4, dead_at = CASE WHEN $5 THEN now() END
		WHERE id = $1 AND attempt = $2 AND dead_at IS NULL`, l.id, l.attempt, nack.After, cause, nack.Dead)
}

func (q *Queue) settle(ctx context.Context, sql string, arguments ...any) error {
	ctx, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	tag, err := q.pool.Exec(ctx, sql, arguments...)
	if err == nil && tag.RowsAffected() == 0 {
		return ErrLeaseLost
	}
	return err
}

// Lag counts the jobs that are neither done nor dead.
func (q *Queue) Lag(ctx context.Context) (jobs int64, oldest time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	err = q.pool.QueryRow(ctx, `
		SELECT count(*), coalesce(now() - min(enqueued_at), interval '0') FROM jobs WHERE dead_at IS NULL`).
		Scan(&jobs, &oldest)
	return jobs, oldest, err
}
