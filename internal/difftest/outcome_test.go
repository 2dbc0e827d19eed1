package difftest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

const callerTrace = "0af7651916cd43dd8448eb211c80319c"

// observer keeps what an instrumentation says.
type observer struct {
	spans  *tracetest.InMemoryExporter
	reader *sdkmetric.ManualReader
	tp     *sdktrace.TracerProvider
	mp     *sdkmetric.MeterProvider
}

func newObserver(options ...sdkmetric.Option) *observer {
	o := &observer{spans: tracetest.NewInMemoryExporter(), reader: sdkmetric.NewManualReader()}
	o.tp = sdktrace.NewTracerProvider(sdktrace.WithSyncer(o.spans))
	o.mp = sdkmetric.NewMeterProvider(append(options, sdkmetric.WithReader(o.reader))...)
	return o
}

// lines tells all that o was told, a fact a line; what differs from run to run is left out.
func (o *observer) lines(t *testing.T) []string {
	t.Helper()
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for i, s := range o.spans.GetSpans() {
		say("span %d: name %q kind %s status %s %q", i, s.Name, s.SpanKind, s.Status.Code, s.Status.Description)
		say("span %d: caller's trace %v, parent %s, remote %v, sampled %v, tracestate %q", i,
			s.SpanContext.TraceID().String() == callerTrace, s.Parent.SpanID(), s.Parent.IsRemote(), s.SpanContext.IsSampled(), s.SpanContext.TraceState())
		say("span %d: scope %s %s", i, s.InstrumentationScope.Name, s.InstrumentationScope.SchemaURL)
		for _, link := range s.Links {
			say("span %d: link %s %s remote %v, %v", i, link.SpanContext.TraceID(), link.SpanContext.SpanID(), link.SpanContext.IsRemote(), link.Attributes)
		}
		for _, a := range s.Attributes {
			say("span %d: %s", i, attributeLine(a))
		}
		for _, e := range s.Events {
			say("span %d: event %s", i, e.Name)
			for _, a := range e.Attributes {
				say("span %d: event %s: %s", i, e.Name, attributeLine(a))
			}
		}
	}
	var all metricdata.ResourceMetrics
	if err := o.reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	for _, scope := range all.ScopeMetrics {
		say("metrics: scope %s %s", scope.Scope.Name, scope.Scope.SchemaURL)
		for _, m := range scope.Metrics {
			say("metric %s: unit %s: %s", m.Name, m.Unit, m.Description)
			switch data := m.Data.(type) {
			case metricdata.Histogram[int64]:
				for _, p := range data.DataPoints {
					say("metric %s: %s bounds %v", m.Name, data.Temporality, p.Bounds)
					say("metric %s: count %d, sum %d, exemplars %d", m.Name, p.Count, p.Sum, len(p.Exemplars))
					lines = append(lines, pointLines(m.Name, p.Attributes)...)
				}
			case metricdata.Histogram[float64]: // of durations: their sum is never the same
				for _, p := range data.DataPoints {
					say("metric %s: %s bounds %v", m.Name, data.Temporality, p.Bounds)
					say("metric %s: count %d, exemplars %d", m.Name, p.Count, len(p.Exemplars))
					lines = append(lines, pointLines(m.Name, p.Attributes)...)
				}
			default:
				say("metric %s: %T", m.Name, data)
			}
		}
	}
	return lines
}

func pointLines(metric string, set attribute.Set) []string {
	var lines []string
	for _, a := range set.ToSlice() {
		lines = append(lines, fmt.Sprintf("metric %s: %s", metric, attributeLine(a)))
	}
	return lines
}

func attributeLine(a attribute.KeyValue) string {
	if a.Key == "network.peer.port" {
		return fmt.Sprintf("%s = %s", a.Key, a.Value.Type())
	}
	return fmt.Sprintf("%s = %s %q", a.Key, a.Value.Type(), a.Value.String())
}

// allowed is a difference that is meant: a line of one side alone.
type allowed struct {
	only    string // "ours" or "theirs"
	in      string // part of the names of the cases; all, if empty
	line    string // part of the line
	because string
}

// differences compares outcomes case by case, and wants each allowed difference to occur.
type differences struct {
	allowed []allowed
	seen    map[allowed]bool
}

func (d *differences) compare(t *testing.T, name string, theirs, ours []string) {
	t.Helper()
	slices.Sort(theirs)
	slices.Sort(ours)
	d.explain(t, name, "theirs", without(theirs, ours))
	d.explain(t, name, "ours", without(ours, theirs))
}

func (d *differences) explain(t *testing.T, name, side string, lines []string) {
	t.Helper()
	if d.seen == nil {
		d.seen = map[allowed]bool{}
	}
lines:
	for _, line := range lines {
		for _, a := range d.allowed {
			if a.only == side && strings.Contains(name, a.in) && strings.Contains(line, a.line) {
				d.seen[a] = true
				continue lines
			}
		}
		t.Errorf("only %s: %s", side, line)
	}
}

// done fails for what is allowed and did not occur.
func (d *differences) done(t *testing.T) {
	t.Helper()
	for _, a := range d.allowed {
		if !d.seen[a] {
			t.Errorf("no case differs by %q, only %s in %q: remove it from what is allowed", a.line, a.only, a.in)
		}
	}
}

// without returns the lines of a that b has not, each as often as it has it less.
func without(a, b []string) []string {
	count := map[string]int{}
	for _, line := range b {
		count[line]++
	}
	var rest []string
	for _, line := range a {
		if count[line]--; count[line] < 0 {
			rest = append(rest, line)
		}
	}
	return rest
}
