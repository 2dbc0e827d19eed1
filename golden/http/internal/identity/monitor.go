package identity

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"go.opentelemetry.io/otel/metric"
)

// An SVID is renewed at about half of its life. When only a sixth is left, or maxMargin, it is
// overdue: readiness ends while the requests in flight can still be answered.
const (
	marginShare = 6
	maxMargin   = 5 * time.Minute
)

// Monitor watches the renewal of the service's own SVID: a Source does not tell when it ceases.
type Monitor struct {
	src    Source
	logger *slog.Logger

	mu   sync.Mutex
	leaf *x509.Certificate
	seen time.Time // leaf, for the first time
}

// NewMonitor returns a Monitor of src, with a gauge of the seconds that its SVID has left.
func NewMonitor(src Source, logger *slog.Logger, mp metric.MeterProvider) (*Monitor, error) {
	_, err := mp.Meter("identity").Float64ObservableGauge("spiffe.svid.time_left",
		metric.WithUnit("s"), metric.WithDescription("Time until the service's own SVID expires; negative afterwards."),
		metric.WithFloat64Callback(func(_ context.Context, o metric.Float64Observer) error {
			if svid, err := src.GetX509SVID(); err == nil {
				o.Observe(time.Until(svid.Certificates[0].NotAfter).Seconds())
			}
			return nil // without an SVID there is nothing to measure, and Ready says so
		}))
	return &Monitor{src: src, logger: logger}, err
}

// Run logs each rotation, and an SVID that is overdue, until ctx ends. It is the one reader of
// the source's Updated.
func (m *Monitor) Run(ctx context.Context) {
	for {
		var overdue <-chan time.Time
		svid, due, err := m.look()
		if err != nil {
			m.logger.ErrorContext(ctx, "no SVID", "error", err)
		} else if left := time.Until(due); left > 0 {
			overdue = time.After(left)
		}
		select {
		case <-ctx.Done():
			return
		case <-m.src.Updated():
		case <-overdue:
			m.logger.ErrorContext(ctx, "SVID is not renewed", "spiffe_id", svid.ID.String(), "expires", svid.Certificates[0].NotAfter)
		}
	}
}

// Ready returns nil while the service has an SVID that is valid and not overdue, and is not
// denied another.
func (m *Monitor) Ready() error {
	svid, due, err := m.look()
	if err := cmp.Or(err, m.src.Denied()); err != nil {
		return err
	}
	if begin := svid.Certificates[0].NotBefore; time.Now().Before(begin) {
		return fmt.Errorf("the SVID of %q is valid from %s on: the clock is behind", svid.ID, begin.Format(time.RFC3339))
	}
	if !time.Now().Before(due) {
		return fmt.Errorf("the SVID of %q expires at %s and is not renewed", svid.ID, svid.Certificates[0].NotAfter.Format(time.RFC3339))
	}
	return nil
}

// look returns the SVID and when it is overdue; it notices a rotation. An update of bundles
// alone leaves the serial as it is.
func (m *Monitor) look() (*x509svid.SVID, time.Time, error) {
	svid, err := m.src.GetX509SVID()
	if err != nil {
		return nil, time.Time{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	leaf := svid.Certificates[0]
	if m.leaf == nil || m.leaf.SerialNumber.Cmp(leaf.SerialNumber) != 0 {
		log := m.logger.With("spiffe_id", svid.ID.String(), "serial", leaf.SerialNumber.Text(16), "expires", leaf.NotAfter)
		if m.leaf == nil {
			log.Info("SVID obtained")
		} else {
			log.Info("SVID rotated", "old_serial", m.leaf.SerialNumber.Text(16), "old_expires", m.leaf.NotAfter)
		}
		m.leaf, m.seen = leaf, time.Now()
		if m.seen.Before(leaf.NotBefore) { // the clock is behind
			m.seen = leaf.NotBefore
		}
	}
	// NotBefore may lie in the past by more than an SVID's life: count from when it came.
	margin := min(leaf.NotAfter.Sub(m.seen)/marginShare, maxMargin)
	return svid, leaf.NotAfter.Add(-margin), nil
}
