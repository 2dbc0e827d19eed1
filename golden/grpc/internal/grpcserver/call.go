package grpcserver

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/acme/stock/internal/identity"
)

// call stands around the handlers of unary calls.
func (s *Server) call(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (response any, err error) {
	defer func() { err = s.settle(ctx, recover(), err) }()
	if err := s.authorize(ctx, info.FullMethod); err != nil {
		return nil, err
	}
	return handle(ctx, request)
}

// stream stands around the handlers of streams.
func (s *Server) stream(service any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) (err error) {
	ctx, gone := context.WithCancel(stream.Context())
	defer gone()
	defer func() { err = s.settle(ctx, recover(), err) }()
	if err := s.authorize(ctx, info.FullMethod); err != nil {
		return err
	}
	return handle(service, &sender{stream, gone})
}

// sender learns from a message that cannot be sent that the connection has ended: the context
// of a stream may end a moment later.
type sender struct {
	grpc.ServerStream
	gone context.CancelFunc
}

func (s *sender) SendMsg(m any) error {
	err := s.ServerStream.SendMsg(m)
	if status.Code(err) == codes.Unavailable {
		s.gone()
	}
	return err
}

// authorize holds a call against the rule of its method.
func (s *Server) authorize(ctx context.Context, method string) error {
	caller, _ := identity.Caller(ctx)
	if span := trace.SpanFromContext(ctx); span.IsRecording() {
		span.SetAttributes(attribute.String("caller.spiffe_id", caller.String()))
	}
	if strings.HasPrefix(method, standard) {
		return nil
	}
	if err := s.access.Authorize(ctx, caller, method); err != nil {
		return status.Error(codes.PermissionDenied, err.Error())
	}
	return nil
}

// settle returns the error that the caller gets. A failure of the service itself is logged and
// recorded on the span; one of the caller is not an error of ours.
func (s *Server) settle(ctx context.Context, panicked any, err error) error {
	if panicked == nil && err == nil {
		return nil
	}
	var more []any
	shown := statusOf(ctx, err)
	if panicked != nil {
		shown, err = internal, fmt.Errorf("panic: %v", panicked)
		more = []any{"stack", string(debug.Stack())}
	}
	switch shown.Code() {
	case codes.Unknown, codes.DeadlineExceeded, codes.Unimplemented, codes.Internal, codes.Unavailable, codes.DataLoss:
	default:
		return shown.Err()
	}
	span := trace.SpanFromContext(ctx)
	span.RecordError(err)
	span.SetStatus(otelcodes.Error, err.Error())
	s.logger.ErrorContext(ctx, "request failed", append(more, "error", err.Error(), "status", shown.Code().String())...)
	if id := span.SpanContext().TraceID(); id.IsValid() {
		// What to ask the service's owner about.
		if detailed, err := shown.WithDetails(&errdetails.RequestInfo{RequestId: id.String()}); err == nil {
			shown = detailed
		}
	}
	return shown.Err()
}

// Failure is an error that a handler may return: its code and detail are shown to the caller.
type Failure struct {
	Code   codes.Code
	Detail string
	Cause  error // for the log and the span only
}

func (f *Failure) Error() string { return f.Detail + ": " + f.Cause.Error() }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// GRPCStatus is what the caller is told; see google.golang.org/grpc/status.FromError.
func (f *Failure) GRPCStatus() *status.Status { return status.New(f.Code, f.Detail) }

// internal shows nothing of what happened.
var internal = status.New(codes.Internal, "internal error")

// statusOf returns how err is shown to a caller. A status is shown as it is, with its
// details; any other error shows nothing of itself, nor does a status that an error wraps:
// it may be what another service told this one.
func statusOf(ctx context.Context, err error) *status.Status {
	_, own := err.(interface{ GRPCStatus() *status.Status }) //nolint:errorlint // see above
	switch {
	case ctx.Err() == context.Canceled: // it failed because the caller has gone
		return status.New(codes.Canceled, context.Canceled.Error())
	case own:
		return status.Convert(err)
	case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded):
		return status.New(codes.DeadlineExceeded, context.DeadlineExceeded.Error())
	default:
		return internal
	}
}
