package telemetry

import (
	"log/slog"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
)

const reportInterval = time.Minute

// Drops counts telemetry that was lost, which OpenTelemetry's SDK does in silence. It is
// the metric telemetry.dropped, and a log line a minute for each signal and reason:
// queue_full, export_failed, shutdown (still queued when the time was up).
//
// Not seen: spans and log records that end after shutdown; what a collector accepts and then
// loses. Counted whole: a batch that a collector accepted in part. Of a
// metric an export is lost, not its sum: the next one holds that again.
type Drops struct {
	logger *slog.Logger

	mu      sync.Mutex
	tallies map[loss]*tally
}

type loss struct{ signal, reason string }

type tally struct {
	total int64
	told  time.Time
}

// NewDrops reports to logger, which must not export itself, or a failing export would feed
// itself. It takes over OpenTelemetry's error handler, the one global that has no other way.
func NewDrops(logger *slog.Logger) *Drops {
	d := &Drops{logger: logger, tallies: make(map[loss]*tally)}
	otel.SetErrorHandler(d)
	return d
}

// Handle logs an error of OpenTelemetry, one a minute at most.
func (d *Drops) Handle(err error) {
	if total, tell := d.count(loss{reason: "error"}, 1); tell {
		d.logger.Warn("telemetry is failing", "error", err, "errors", total)
	}
}

func (d *Drops) add(signal, reason string, n int64) {
	if total, tell := d.count(loss{signal, reason}, n); tell {
		d.logger.Warn("telemetry dropped", "signal", signal, "reason", reason, "dropped", total)
	}
}

// count adds n to a tally and says whether it is time to log it.
func (d *Drops) count(l loss, n int64) (total int64, tell bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.tallies[l]
	if t == nil {
		t = new(tally)
		d.tallies[l] = t
	}
	t.total += n
	if tell = time.Since(t.told) >= reportInterval; tell {
		t.told = time.Now()
	}
	return t.total, tell
}

// totals returns what was dropped so far.
func (d *Drops) totals() map[loss]int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	totals := make(map[loss]int64, len(d.tallies))
	for l, t := range d.tallies {
		if l.signal != "" {
			totals[l] = t.total
		}
	}
	return totals
}
