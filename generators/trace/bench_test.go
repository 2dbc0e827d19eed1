package trace_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"go.opentelemetry.io/otel/metric"
	noopmetric "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	oteltrace "go.opentelemetry.io/otel/trace"
	nooptrace "go.opentelemetry.io/otel/trace/noop"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/generators/trace/testdata/bench"
)

// The decorators that are measured are those that are made now.
func TestBenchOutput(t *testing.T) {
	dir, err := filepath.Abs("testdata/bench")
	if err != nil {
		t.Fatal(err)
	}
	for line, args := range map[int][]string{
		10: {"trace", "-type", "Store"},
		11: {"trace", "-type", "Measured", "-metrics", "-logs"},
	} {
		j := job{source.Site{Dir: dir, File: "store.go", Line: line, Package: "bench"}, args}
		world, err := source.Load(t.Context(), os.Environ(), j.site)
		if err != nil {
			t.Fatal(err)
		}
		name, content, err := j.run(world)
		if err != nil {
			t.Fatal(err)
		}
		if os.Getenv("UPDATE") != "" {
			write(t, filepath.Join(dir, name), string(content))
		}
		if diff := cmp.Diff(read(t, filepath.Join(dir, name)), string(content)); diff != "" {
			t.Errorf("%s (-committed +made):\n%s", name, diff)
		}
	}
}

// providers are what a service may run with.
func providers() map[string]oteltrace.TracerProvider {
	return map[string]oteltrace.TracerProvider{
		"noop":      nooptrace.NewTracerProvider(),
		"unsampled": sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample())),
		"sampled":   sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.AlwaysSample())),
	}
}

var errBroken = errors.New("broken")

// TestAllocations holds the exact numbers, so that one more is seen, and one less too.
func TestAllocations(t *testing.T) {
	for name, want := range map[string]struct{ least, emitted, usual, failed, usualFailed float64 }{
		"noop":      {1, 1, 4, 1, 4},
		"unsampled": {2, 2, 6, 2, 6},
		"sampled":   {2, 4, 7, 7, 12},
	} {
		provider := providers()[name]
		count := func(s bench.Store) float64 {
			ctx := t.Context()
			return testing.AllocsPerRun(1000, func() { s.Get(ctx, "a", 3) })
		}
		ok, broken := bench.Memory{}, bench.Memory{Err: errBroken}
		have := struct{ least, emitted, usual, failed, usualFailed float64 }{
			count(bench.Least(ok, provider)), count(bench.TraceStore(ok, provider)), count(bench.Usual(ok, provider)),
			count(bench.TraceStore(broken, provider)), count(bench.Usual(broken, provider)),
		}
		if have != want {
			t.Errorf("%s: allocations a call %+v, want %+v", name, have, want)
		}
	}
}

// Metrics and logs add nothing to a call that succeeds.
func TestMeasuredAllocations(t *testing.T) {
	for name, want := range map[string]float64{"noop": 1, "unsampled": 2, "sampled": 4} {
		for kind, meters := range map[string]metric.MeterProvider{
			"no-op": noopmetric.NewMeterProvider(),
			"SDK":   sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader())),
		} {
			s, err := bench.TraceMeasured(bench.Memory{}, providers()[name], meters, slog.New(slog.NewTextHandler(io.Discard, nil)))
			if err != nil {
				t.Fatal(err)
			}
			ctx := t.Context()
			if have := testing.AllocsPerRun(1000, func() { s.Get(ctx, "a", 3) }); have != want {
				t.Errorf("%s, %s: %v allocations a call, want %v", name, kind, have, want)
			}
		}
	}
}

// BenchmarkDecorator compares what is made with the least that a span costs, and with what is
// usually written. See docs/performance.md.
func BenchmarkDecorator(b *testing.B) {
	for _, name := range []string{"noop", "unsampled", "sampled"} {
		for _, result := range []error{nil, errBroken} {
			next := bench.Memory{Err: result}
			for _, d := range []struct {
				form  string
				store bench.Store
			}{
				{"least", bench.Least(next, providers()[name])},
				{"emitted", bench.TraceStore(next, providers()[name])},
				{"usual", bench.Usual(next, providers()[name])},
			} {
				ctx := b.Context()
				b.Run(fmt.Sprintf("%s/failed=%t/%s", name, result != nil, d.form), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						d.store.Get(ctx, "a", 3)
					}
				})
			}
		}
	}
}
