package fix

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func work(ctx context.Context) error { return nil }

func returned(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	if err := work(ctx); err != nil {
		span.RecordError(err) // want `the error is recorded, but the status of span stays unset: call SetStatus`
		return err
	}
	return nil
}

func deferred(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "load")
	defer func() {
		if err != nil {
			span.RecordError(err) // want `status of span stays unset`
		}
		span.End()
	}()
	return work(ctx)
}

// A nil error has no text.
func finish(span trace.Span, err error) {
	span.RecordError(err) // want `status of span stays unset`
	span.End()
}

func raft(ctx context.Context) error {
	err := work(ctx)
	if err != nil {
		trace.SpanFromContext(ctx).RecordError(err) // want `the status of the span of the context stays unset`
		return err
	}
	return nil
}

func record(span trace.Span, err error) {
	if err == nil {
		return
	} else {
		span.RecordError(err) // want `status of span stays unset`
	}
}

func calls(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	err := work(ctx)
	record(span, err)
	return err
}

func switched(ctx context.Context, kind int) (err error) {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	switch err = work(ctx); {
	case err != nil:
		span.RecordError(err) // want `status of span stays unset`
	}
	return err
}
