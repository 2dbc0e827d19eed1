package schedule

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/mintwright/mintwright/blueprints/service/worker"
)

// TestSchedule runs a pool on a clock that begins at midnight, and looks at which runs begin when.
func TestSchedule(t *testing.T) {
	type begin struct{ id, at string }
	for _, test := range []struct {
		name, expression string
		handle           func(*worker.Job) error
		most             time.Duration // between what is wanted and what is, for jitter
		want             []begin
	}{
		{"planned", "*/5 * * * *", func(*worker.Job) error { return nil }, 0, []begin{
			{"clean@2000-01-01T00:05:00Z", "00:05:00"}, {"clean@2000-01-01T00:10:00Z", "00:10:00"}, {"clean@2000-01-01T00:15:00Z", "00:15:00"},
		}},
		{"zone", "CRON_TZ=Asia/Kolkata 0 6 * * *", func(*worker.Job) error { return nil }, 0, []begin{
			{"clean@2000-01-01T00:30:00Z", "00:30:00"},
		}},
		{"retried", "*/5 * * * *", func(job *worker.Job) error {
			if job.Attempt < 4 {
				return errors.New("not yet")
			}
			return nil
		}, 2 * time.Second, []begin{
			{"clean@2000-01-01T00:05:00Z", "00:05:00"},
			{"clean@2000-01-01T00:05:00Z", "00:05:01"},
			{"clean@2000-01-01T00:05:00Z", "00:05:02"},
			{"clean@2000-01-01T00:05:00Z", "00:05:05"},
			{"clean@2000-01-01T00:10:00Z", "00:10:00"},
		}},
		{"missed are one, and none overlap", "*/5 * * * *", func(*worker.Job) error {
			time.Sleep(13 * time.Minute)
			return nil
		}, 0, []begin{
			{"clean@2000-01-01T00:05:00Z", "00:05:00"}, {"clean@2000-01-01T00:10:00Z", "00:18:00"}, {"clean@2000-01-01T00:20:00Z", "00:31:00"},
		}},
		{"given up", "*/5 * * * *", func(*worker.Job) error { return worker.ErrPoison }, 0, []begin{
			{"clean@2000-01-01T00:05:00Z", "00:05:00"}, {"clean@2000-01-01T00:10:00Z", "00:10:00"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				source, err := New("clean", test.expression)
				if err != nil {
					t.Fatal(err)
				}
				var got []begin
				pool := start(t, source, func(_ context.Context, job *worker.Job) error {
					got = append(got, begin{job.ID, time.Now().UTC().Format(time.TimeOnly)})
					return test.handle(job)
				})
				time.Sleep(46 * time.Minute)
				if err := pool.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
				got = got[:min(len(got), len(test.want))]
				if !slices.EqualFunc(got, test.want, func(a, b begin) bool {
					at, _ := time.Parse(time.TimeOnly, a.at)
					want, _ := time.Parse(time.TimeOnly, b.at)
					return a.id == b.id && want.Sub(at).Abs() <= test.most
				}) {
					t.Errorf("got %v, want %v", got, test.want)
				}
			})
		})
	}
}

// TestScheduleLag wants the age of a run that is due, until it is done.
func TestScheduleLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source, err := New("clean", "CRON_TZ=UTC @hourly")
		if err != nil {
			t.Fatal(err)
		}
		if jobs, _, _ := source.Lag(t.Context()); jobs != 0 {
			t.Errorf("%d jobs wait before their time", jobs)
		}
		release := make(chan struct{})
		pool := start(t, source, func(context.Context, *worker.Job) error { <-release; return nil })
		time.Sleep(time.Hour + 10*time.Minute)
		if jobs, oldest, _ := source.Lag(t.Context()); jobs != 1 || oldest != 10*time.Minute {
			t.Errorf("got %d jobs, the oldest of %s; want one of 10 minutes", jobs, oldest)
		}
		close(release)
		synctest.Wait()
		if jobs, _, _ := source.Lag(t.Context()); jobs != 0 {
			t.Errorf("%d jobs wait after the run", jobs)
		}
		if err := pool.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestScheduleRefuses(t *testing.T) {
	for _, expression := range []string{"", "every day", "* * * *", "61 * * * *", "0 0 30 2 *", "TZ=UTC", "CRON_TZ=Nowhere/City 0 * * * *"} {
		if _, err := New("clean", expression); err == nil {
			t.Errorf("%q is no schedule, yet taken as one", expression)
		}
	}
}

// start runs handle by a pool on source.
func start(t *testing.T, source worker.Source, handle worker.Handler) *worker.Pool {
	t.Helper()
	pool, err := worker.New(worker.Options{
		Source: source, Handle: handle, Concurrency: 2, Timeout: time.Hour, Attempts: -1,
		Logger: slog.New(slog.DiscardHandler), Tracers: noop.NewTracerProvider(), Meters: metricnoop.NewMeterProvider(),
	})
	if err != nil {
		t.Fatal(err)
	}
	go pool.Run() //nolint:errcheck // it has none
	return pool
}
