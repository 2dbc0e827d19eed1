package telemetry

import (
	"context"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// spanCapacity is more than a second of a collector that stalls at 6,000 spans a second, where
// the specification's 2,048 lost some on two busy cores. Measured: an empty queue is 0.15 MB, a
// full one 16 MB, 1.9 kB a span.
const spanCapacity = 8192

// NewTracerProvider samples ratio (0 to 1) of the root spans, unless OTEL_TRACES_SAMPLER
// says otherwise, and follows the parent for the rest. With OTEL_TRACES_EXPORTER=none spans
// are made, for propagation and logs, and not exported.
func NewTracerProvider(res *resource.Resource, exp sdktrace.SpanExporter, ratio float64, drops *Drops) *sdktrace.TracerProvider {
	options := []sdktrace.TracerProviderOption{sdktrace.WithResource(res)}
	if os.Getenv("OTEL_TRACES_SAMPLER") == "" {
		options = append(options, sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(ratio))))
	}
	if os.Getenv("OTEL_TRACES_EXPORTER") != "none" {
		q := newQueue("traces", "OTEL_BSP_MAX_QUEUE_SIZE", spanCapacity, drops)
		batch := sdktrace.NewBatchSpanProcessor(spanExporter{exp, q}, sdktrace.WithMaxQueueSize(int(q.capacity)+markers))
		options = append(options, sdktrace.WithSpanProcessor(spanQueue{batch, q}))
	}
	return sdktrace.NewTracerProvider(options...)
}

type spanQueue struct {
	sdktrace.SpanProcessor
	queue *queue
}

func (q spanQueue) OnEnd(s sdktrace.ReadOnlySpan) {
	if s.SpanContext().IsSampled() && q.queue.admit() {
		q.SpanProcessor.OnEnd(s)
	}
}

func (q spanQueue) Shutdown(ctx context.Context) error {
	return q.queue.close(q.SpanProcessor.Shutdown(ctx))
}

type spanExporter struct {
	sdktrace.SpanExporter
	queue *queue
}

func (e spanExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	mended, _ := mend(spans, mendSpan)
	return e.queue.exported(len(spans), e.SpanExporter.ExportSpans(ctx, mended))
}

// mendedSpan is a span some of whose texts were not UTF-8.
type mendedSpan struct {
	sdktrace.ReadOnlySpan
	name       string
	attributes []attribute.KeyValue
	events     []sdktrace.Event
	links      []sdktrace.Link
	status     sdktrace.Status
}

func (s mendedSpan) Name() string                     { return s.name }
func (s mendedSpan) Attributes() []attribute.KeyValue { return s.attributes }
func (s mendedSpan) Events() []sdktrace.Event         { return s.events }
func (s mendedSpan) Links() []sdktrace.Link           { return s.links }
func (s mendedSpan) Status() sdktrace.Status          { return s.status }

func mendSpan(s sdktrace.ReadOnlySpan) (sdktrace.ReadOnlySpan, bool) {
	m := mendedSpan{ReadOnlySpan: s, status: s.Status()}
	var changed [5]bool
	m.name, changed[0] = mendText(s.Name())
	m.attributes, changed[1] = mend(s.Attributes(), mendAttribute)
	m.events, changed[2] = mend(s.Events(), func(e sdktrace.Event) (sdktrace.Event, bool) {
		var name, attributes bool
		e.Name, name = mendText(e.Name)
		e.Attributes, attributes = mend(e.Attributes, mendAttribute)
		return e, name || attributes
	})
	m.links, changed[3] = mend(s.Links(), func(l sdktrace.Link) (_ sdktrace.Link, changed bool) {
		l.Attributes, changed = mend(l.Attributes, mendAttribute)
		return l, changed
	})
	m.status.Description, changed[4] = mendText(m.status.Description)
	if changed == [5]bool{} {
		return s, false
	}
	return m, true
}
