package worker

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/messagingconv"
	"go.opentelemetry.io/otel/trace"
)

const (
	scope      = "worker"        // of this package's spans and metrics
	lagTimeout = 2 * time.Second // of the question how many jobs wait
)

// Inject writes the trace context of ctx to header, so that the span of the job will link to
// its producer's.
func Inject(ctx context.Context, header map[string]string) {
	propagation.TraceContext{}.Inject(ctx, propagation.MapCarrier(header))
}

// telemetry is what the pool tells of its jobs, by the semantic conventions for messaging.
type telemetry struct {
	tracer     trace.Tracer
	name       string // of spans
	attributes []attribute.KeyValue

	duration messagingconv.ProcessDuration
	jobs     metric.Int64Counter
	well     attribute.Set // of duration
	failed   attribute.Set
	outcomes map[outcome]metric.AddOption // of jobs
}

func newTelemetry(source Source, tp trace.TracerProvider, mp metric.MeterProvider) (*telemetry, error) {
	system, name := source.Origin()
	destination := semconv.MessagingDestinationName(name)
	common := []attribute.KeyValue{semconv.MessagingSystemKey.String(system), destination, semconv.MessagingOperationName("process")}
	t := &telemetry{
		tracer:     tp.Tracer(scope),
		name:       "process " + name,
		attributes: append(common, semconv.MessagingOperationTypeProcess),
		well:       attribute.NewSet(common...),
		failed:     attribute.NewSet(append(common, semconv.ErrorTypeOther)...),
		outcomes:   make(map[outcome]metric.AddOption),
	}
	for _, o := range []outcome{done, retried, returned, dead, duplicate} {
		t.outcomes[o] = metric.WithAttributeSet(attribute.NewSet(destination, attribute.String("outcome", string(o))))
	}

	meter := mp.Meter(scope)
	var errs [5]error
	t.duration, errs[0] = messagingconv.NewProcessDuration(meter,
		metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10))
	t.jobs, errs[1] = meter.Int64Counter("worker.jobs",
		metric.WithUnit("{job}"), metric.WithDescription("Deliveries of jobs, by outcome."))
	lag, err := meter.Int64ObservableGauge("worker.lag",
		metric.WithUnit("{job}"), metric.WithDescription("Jobs that are not done."))
	errs[2] = err
	age, err := meter.Float64ObservableGauge("worker.oldest_job.age",
		metric.WithUnit("s"), metric.WithDescription("Age of the oldest job that is not done."))
	errs[3] = err
	at := metric.WithAttributeSet(attribute.NewSet(destination))
	_, errs[4] = meter.RegisterCallback(func(ctx context.Context, o metric.Observer) error {
		ctx, cancel := context.WithTimeout(ctx, lagTimeout)
		defer cancel()
		if jobs, oldest, err := source.Lag(ctx); err == nil {
			o.ObserveInt64(lag, jobs, at)
			o.ObserveFloat64(age, oldest.Seconds(), at)
		}
		return nil // a source that is away is the business of Ready
	}, lag, age)
	return t, errors.Join(errs[:]...)
}

// start begins the span of job: the root of a trace, as jobs of many traces may wait for one
// worker, with a link to the producer.
func (t *telemetry) start(ctx context.Context, job *Job) (context.Context, trace.Span) {
	producer := trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), propagation.MapCarrier(job.Header)))
	options := []trace.SpanStartOption{trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindConsumer)}
	if producer.IsValid() {
		options = append(options, trace.WithLinks(trace.Link{SpanContext: producer}))
	}
	ctx, span := t.tracer.Start(ctx, t.name, options...)
	if span.IsRecording() {
		span.SetAttributes(t.attributes...)
		span.SetAttributes(semconv.MessagingMessageID(job.ID), attribute.Int("worker.attempt", job.Attempt))
	}
	return ctx, span
}

// ran records one run of a handler.
func (t *telemetry) ran(ctx context.Context, span trace.Span, took time.Duration, err error) {
	if err == nil {
		t.duration.RecordSet(ctx, took.Seconds(), t.well)
		return
	}
	span.SetStatus(codes.Error, err.Error())
	span.SetAttributes(semconv.ErrorType(err))
	t.duration.RecordSet(ctx, took.Seconds(), t.failed)
}
