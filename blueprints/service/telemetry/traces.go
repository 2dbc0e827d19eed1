package telemetry

import (
	"context"
	"os"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// NewTracerProvider samples ratio (0 to 1) of the root spans, unless OTEL_TRACES_SAMPLER
// says otherwise, and follows the parent for the rest. With OTEL_TRACES_EXPORTER=none spans
// are made, for propagation and logs, and not exported.
func NewTracerProvider(res *resource.Resource, exp sdktrace.SpanExporter, ratio float64, drops *Drops) *sdktrace.TracerProvider {
	options := []sdktrace.TracerProviderOption{sdktrace.WithResource(res)}
	if os.Getenv("OTEL_TRACES_SAMPLER") == "" {
		options = append(options, sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(ratio))))
	}
	if os.Getenv("OTEL_TRACES_EXPORTER") != "none" {
		q := newQueue("traces", "OTEL_BSP_MAX_QUEUE_SIZE", drops)
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
		q.SpanProcessor.OnEnd(validSpan{s})
	}
}

// validSpan is a span whose attributes are UTF-8: one that is not, such as a path with %FF,
// would cost the whole batch, as OTLP has no other text.
type validSpan struct{ sdktrace.ReadOnlySpan }

func (s validSpan) Attributes() []attribute.KeyValue {
	attributes := slices.Clone(s.ReadOnlySpan.Attributes())
	for i, a := range attributes {
		if a.Value.Type() == attribute.STRING {
			attributes[i] = a.Key.String(strings.ToValidUTF8(a.Value.AsString(), "\uFFFD"))
		}
	}
	return attributes
}

func (q spanQueue) Shutdown(ctx context.Context) error {
	return q.queue.close(q.SpanProcessor.Shutdown(ctx))
}

type spanExporter struct {
	sdktrace.SpanExporter
	queue *queue
}

func (e spanExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	return e.queue.exported(len(spans), e.SpanExporter.ExportSpans(ctx, spans))
}
