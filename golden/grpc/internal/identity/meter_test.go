package identity_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
)

// The workloads of the tests.
const (
	serverID = "spiffe://acme.example/server"
	clientID = "spiffe://acme.example/client"
)

// meter is a metric.MeterProvider that remembers what was counted and can read a gauge.
type meter struct {
	noop.MeterProvider
	mu     sync.Mutex
	counts map[string]int64 // by name and attributes
	gauges map[string]metric.Float64Callback
}

func newMeter() *meter {
	return &meter{counts: map[string]int64{}, gauges: map[string]metric.Float64Callback{}}
}

func (m *meter) Meter(string, ...metric.MeterOption) metric.Meter { return instruments{meter: m} }

// count returns the sum of the counter name over all attributes that contain value.
func (m *meter) count(name, value string) int64 {
	var sum int64
	for key, n := range m.all() {
		if strings.HasPrefix(key, name+" ") && strings.Contains(key, value) {
			sum += n
		}
	}
	return sum
}

func (m *meter) all() map[string]int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.counts)
}

// gauge returns what the gauge name observes now.
func (m *meter) gauge(name string) (float64, error) {
	m.mu.Lock()
	callback := m.gauges[name]
	m.mu.Unlock()
	var observed observer
	err := callback(context.Background(), &observed)
	return observed.value, err
}

type instruments struct {
	noop.Meter
	meter *meter
}

func (i instruments) Int64Counter(name string, _ ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	return counter{meter: i.meter, name: name}, nil
}

func (i instruments) Float64ObservableGauge(name string, options ...metric.Float64ObservableGaugeOption) (metric.Float64ObservableGauge, error) {
	i.meter.gauges[name] = metric.NewFloat64ObservableGaugeConfig(options...).Callbacks()[0]
	return noop.Float64ObservableGauge{}, nil
}

type counter struct {
	noop.Int64Counter
	meter *meter
	name  string
}

func (c counter) Add(_ context.Context, n int64, options ...metric.AddOption) {
	set := metric.NewAddConfig(options).Attributes()
	c.meter.mu.Lock()
	defer c.meter.mu.Unlock()
	c.meter.counts[fmt.Sprintf("%s %s", c.name, set.Encoded(attribute.DefaultEncoder()))] += n
}

type observer struct {
	noop.Float64Observer
	value float64
}

func (o *observer) Observe(value float64, _ ...metric.ObserveOption) { o.value = value }

func recorder(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// logBuffer is what a logger has written; it may be read while the logger is in use.
type logBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// take returns what was written, and empties the buffer.
func (b *logBuffer) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.buffer.Reset()
	return b.buffer.String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}
