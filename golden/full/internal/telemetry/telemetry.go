// Package telemetry makes the service's traces, metrics and logs: OpenTelemetry providers
// that share one Resource and send OTLP to one collector, and slog beside them.
//
// Providers are passed on explicitly, nothing is looked up globally. A collector that is
// down, slow or silent costs telemetry, which is counted (see Drops), never a request, and
// at shutdown no more than its budget. What OpenTelemetry calls v0 is used in here alone.
package telemetry

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// Service names what the telemetry is about. Namespace and Version may be empty.
type Service struct {
	Name, Namespace, Version string
}

// NewResource describes this process; all providers get the same one. OTEL_SERVICE_NAME
// and OTEL_RESOURCE_ATTRIBUTES win over s: they know where the process is deployed
// (deployment.environment.name, k8s.pod.name).
func NewResource(ctx context.Context, s Service) (*resource.Resource, error) {
	attributes := []attribute.KeyValue{
		semconv.ServiceName(s.Name),
		semconv.ServiceInstanceID(rand.Text()),
	}
	if s.Namespace != "" {
		attributes = append(attributes, semconv.ServiceNamespace(s.Namespace))
	}
	if s.Version != "" {
		attributes = append(attributes, semconv.ServiceVersion(s.Version))
	}
	res, err := resource.New(ctx,
		resource.WithTelemetrySDK(), resource.WithHost(), resource.WithContainer(),
		resource.WithProcessRuntimeName(), resource.WithProcessRuntimeVersion(), resource.WithProcessRuntimeDescription(),
		resource.WithAttributes(attributes...), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("describing this process and OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	return res, nil
}

// Provider is what Shutdown stops; the SDK's three providers are.
type Provider interface {
	Shutdown(context.Context) error
}

// Shutdown flushes and stops the providers side by side. Each has the whole timeout, and
// none gets more: one that a silent collector holds is left behind. The errors are joined.
func Shutdown(timeout time.Duration, providers ...Provider) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	results := make(chan error, len(providers)) // has room for those that are left behind
	for _, p := range providers {
		go func() { results <- p.Shutdown(ctx) }()
	}
	late := time.NewTimer(timeout + time.Second/4) // they see the end of ctx first, and say what they lost
	defer late.Stop()
	var err error
	for range providers {
		select {
		case result := <-results:
			err = errors.Join(err, result)
		case <-late.C:
			return errors.Join(err, fmt.Errorf("stopping telemetry: %w", context.DeadlineExceeded))
		}
	}
	return err
}

const reportInterval = time.Minute

// Drops counts telemetry that was lost, which OpenTelemetry's SDK does in silence. It is
// the metric telemetry.dropped, and a log line a minute for each signal and reason:
// queue_full, export_failed, shutdown (still queued when the time was up).
//
// Not seen: spans and log records that end after shutdown; what a collector accepts and then
// loses. Counted whole: a batch that a collector accepted in part. Of a metric an export is
// lost, not its sum: the next one holds that again.
type Drops struct {
	logger *slog.Logger

	mu   sync.Mutex
	lost map[loss]int64
	told map[loss]time.Time // when it was logged last
}

type loss struct{ signal, reason string } // without a signal: an error of OpenTelemetry

// NewDrops reports to logger, which must not export itself, or a failing export would feed
// itself. It takes over OpenTelemetry's error handler, the one global that has no other way.
func NewDrops(logger *slog.Logger) *Drops {
	d := &Drops{logger: logger, lost: map[loss]int64{}, told: map[loss]time.Time{}}
	otel.SetErrorHandler(d)
	return d
}

// Handle logs an error of OpenTelemetry, one a minute at most.
func (d *Drops) Handle(err error) {
	if total, tell := d.count(loss{}, 1); tell {
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
	d.lost[l] += n
	if tell = time.Since(d.told[l]) >= reportInterval; tell {
		d.told[l] = time.Now()
	}
	return d.lost[l], tell
}

// totals returns what was dropped so far.
func (d *Drops) totals() map[loss]int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	totals := maps.Clone(d.lost)
	delete(totals, loss{})
	return totals
}
