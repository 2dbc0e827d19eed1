package instrument

import (
	"testing"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

const callerTrace = "0af7651916cd43dd8448eb211c80319c"

// observed is what a test's spans and metrics go to.
type observed struct {
	tp     *sdktrace.TracerProvider
	mp     *sdkmetric.MeterProvider
	spans  *tracetest.InMemoryExporter
	reader *sdkmetric.ManualReader
}

func observe() observed {
	o := observed{spans: tracetest.NewInMemoryExporter(), reader: sdkmetric.NewManualReader()}
	o.tp = sdktrace.NewTracerProvider(sdktrace.WithSyncer(o.spans))
	o.mp = sdkmetric.NewMeterProvider(sdkmetric.WithReader(o.reader))
	return o
}

// span returns the only span that has ended.
func (o observed) span(t *testing.T) tracetest.SpanStub {
	t.Helper()
	ended := o.spans.GetSpans()
	if len(ended) != 1 {
		t.Fatalf("got %d spans, want 1", len(ended))
	}
	return ended[0]
}

func attributeOf(span tracetest.SpanStub, key attribute.Key) string {
	for _, a := range span.Attributes {
		if a.Key == key {
			return a.Value.String()
		}
	}
	return ""
}

func TestSetsAreBounded(t *testing.T) {
	var cache sets[int]
	made := 0
	attributes := func(n int) []attribute.KeyValue {
		made++
		return []attribute.KeyValue{attribute.Int("n", n)}
	}
	for n := range 2 * maxSets {
		cache.of(n, attributes)
	}
	if len(cache.made) != maxSets {
		t.Errorf("holds %d sets, want %d", len(cache.made), maxSets)
	}
	made = 0
	cache.of(0, attributes)
	cache.of(2*maxSets, attributes)
	if made != 1 {
		t.Errorf("made %d sets, want one: that of what was not kept", made)
	}
}

func TestSplitAddress(t *testing.T) {
	for address, want := range map[string]struct {
		host string
		port int
	}{
		"orders":       {"orders", 0},
		"orders:8443":  {"orders", 8443},
		"[::1]:99":     {"::1", 99},
		"[::1]":        {"::1", 0},
		"orders:http":  {"orders", 0},
		"orders:99999": {"orders", 0},
		"a:b:c":        {"", 0},
		"[::1":         {"", 0},
		"":             {"", 0},
	} {
		if host, port := splitAddress(address); host != want.host || port != want.port {
			t.Errorf("%q: got %q and %d, want %v", address, host, port, want)
		}
	}
}
