package silent

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"os"

	"example.com/app/tracing"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	grpccodes "google.golang.org/grpc/codes"
)

var tracer trace.Tracer

func work(ctx context.Context) error { return nil }

func both(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	if err := work(ctx); err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
		return err
	}
	return nil
}

func before(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	err := work(ctx)
	if err != nil {
		span.SetStatus(codes.Error, "failed")
	}
	if err != nil {
		span.RecordError(err)
	}
	return err
}

// Set under a condition: somebody thought about it.
func conditional(ctx context.Context, fatal func(error) bool) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	err := work(ctx)
	if err != nil {
		span.RecordError(err)
		if fatal(err) {
			span.SetStatus(codes.Error, err.Error())
		}
	}
	return err
}

func variable(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	code := codes.Ok
	err := work(ctx)
	if err != nil {
		span.RecordError(err)
		code = codes.Error
	}
	span.SetStatus(code, "")
	return err
}

// Said to be well in spite of it.
func recovered(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	if err := work(ctx); err != nil {
		span.RecordError(err)
	}
	span.SetStatus(codes.Ok, "")
}

func deferred(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "load")
	defer func() {
		if err != nil {
			span.SetStatus(codes.Error, err.Error())
		}
		span.End()
	}()
	if err = work(ctx); err != nil {
		span.RecordError(err)
	}
	return err
}

func inDeferred(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "load")
	defer func() {
		if err != nil {
			span.RecordError(err)
		}
		span.End()
	}()
	if err = work(ctx); err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
	return err
}

func finisher(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "load")
	defer tracing.Finish(span, &err)
	if err = work(ctx); err != nil {
		span.RecordError(err)
	}
	return err
}

func helperOfContext(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	err := work(ctx)
	if err != nil {
		span.RecordError(err)
		tracing.Fail(ctx, err)
	}
	return err
}

func otherName(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	err := work(ctx)
	if err != nil {
		trace.SpanFromContext(ctx).RecordError(err)
		span.SetStatus(codes.Error, err.Error())
	}
	return err
}

// Handed on to what we cannot see.
func handed(ctx context.Context, keep func(trace.Span, error)) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	err := work(ctx)
	if err != nil {
		span.RecordError(err)
	}
	keep(span, err)
	return err
}

func returned(ctx context.Context) (trace.Span, error) {
	ctx, span := tracer.Start(ctx, "load")
	err := work(ctx)
	if err != nil {
		span.RecordError(err)
	}
	return span, err
}

type holder struct {
	span trace.Span
	got  chan trace.Span
}

func (h *holder) begin(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "load")
	if err := work(ctx); err != nil {
		span.RecordError(err)
	}
	h.span = span
}

// Another method sets the status of the field's span.
func (h *holder) failed(err error) { h.span.RecordError(err) }

func (h *holder) end(err error) {
	if err != nil {
		h.span.SetStatus(codes.Error, err.Error())
	}
	h.span.End()
}

func channel(ctx context.Context, h *holder) {
	ctx, span := tracer.Start(ctx, "load")
	if err := work(ctx); err != nil {
		span.RecordError(err)
	}
	h.got <- span
}

// A tried attempt is not the end.
func retry(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "retry")
	defer span.End()
	for range 3 {
		if err = work(ctx); err == nil {
			return nil
		}
		span.RecordError(err)
	}
	span.SetStatus(codes.Error, "all have failed")
	return err
}

// Expected ones.
func expected(ctx context.Context, span trace.Span, status func(error) grpccodes.Code) error {
	defer span.End()
	err := work(ctx)
	if errors.Is(err, context.Canceled) {
		span.RecordError(err)
		return nil
	}
	if err == io.EOF || err == sql.ErrNoRows {
		span.RecordError(err)
		return nil
	}
	if err != nil && os.IsNotExist(err) {
		span.RecordError(err)
		return nil
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		span.RecordError(err)
	}
	switch err {
	case io.ErrClosedPipe:
		span.RecordError(err)
	}
	switch status(err) {
	case grpccodes.NotFound:
		span.RecordError(err)
	}
	if !errors.Is(err, io.EOF) {
		return err
	} else {
		span.RecordError(err)
	}
	return nil
}

// No span of OpenTelemetry.
type list struct{ errs []error }

func (l *list) RecordError(err error) { l.errs = append(l.errs, err) }

func own(ctx context.Context, l *list) {
	if err := work(ctx); err != nil {
		l.RecordError(err)
	}
}

// A span of our own that does both at once.
type loud struct{ trace.Span }

func (l loud) RecordError(err error, opts ...trace.EventOption) {
	l.Span.RecordError(err, opts...)
	l.Span.SetStatus(codes.Error, err.Error())
}

func useLoud(ctx context.Context, l loud) {
	defer l.End()
	if err := work(ctx); err != nil {
		l.RecordError(err)
	}
}

// A decorator hands on.
type decorator struct{ trace.Span }

func (d decorator) RecordError(err error, opts ...trace.EventOption) {
	d.Span.RecordError(err, opts...)
}

// Whoever gave up is no failure of this span.
func cancelled(ctx context.Context, done chan struct{}) error {
	ctx, span := tracer.Start(ctx, "wait")
	defer span.End()
	select {
	case <-ctx.Done():
		span.RecordError(ctx.Err())
		return ctx.Err()
	case <-done:
		return nil
	}
}

// The caller has given up.
func givenUp(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	defer func() {
		if err := ctx.Err(); err != nil {
			span.RecordError(err)
		}
	}()
	return work(ctx)
}
