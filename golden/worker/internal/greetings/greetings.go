// Package greetings is what this service does, however it is asked: a worked example to
// replace with your own.
package greetings

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"example.com/acme/mailer/internal/identity"
)

const (
	scope         = "greetings" // of this package's spans and metrics
	maxNameLength = 64          // characters
)

// ErrBadName says that nobody can be greeted so.
var ErrBadName = errors.New("want a name of at most 64 characters, none of them a control character")

// Greeting is what is composed.
type Greeting struct {
	Message string `json:"message"`
	Caller  string `json:"caller,omitempty"` // SPIFFE ID of who asked
}

// Composer greets by name. It has a span, a metric and a log line of its own.
type Composer struct {
	logger            *slog.Logger
	tracer            trace.Tracer
	composed          metric.Int64Counter
	accepted, refused []metric.AddOption
}

// NewComposer returns a Composer with its instruments.
func NewComposer(logger *slog.Logger, tp trace.TracerProvider, mp metric.MeterProvider) (*Composer, error) {
	composed, err := mp.Meter(scope).Int64Counter("greetings.composed",
		metric.WithUnit("{greeting}"), metric.WithDescription("Greetings composed, by outcome."))
	if err != nil {
		return nil, err
	}
	outcome := func(name string) []metric.AddOption {
		return []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(attribute.String("outcome", name)))}
	}
	return &Composer{
		logger: logger, tracer: tp.Tracer(scope), composed: composed,
		accepted: outcome("composed"), refused: outcome("refused"),
	}, nil
}

// Compose greets name on behalf of the caller in ctx. Its error may be ErrBadName.
func (c *Composer) Compose(ctx context.Context, name string) (Greeting, error) {
	ctx, span := c.tracer.Start(ctx, "compose greeting")
	defer span.End()

	length := utf8.RuneCountInString(name)
	if span.IsRecording() {
		span.SetAttributes(attribute.Int("greeting.name_length", length))
	}
	if length > maxNameLength || !isText(name) {
		span.SetStatus(codes.Error, ErrBadName.Error())
		c.composed.Add(ctx, 1, c.refused...)
		return Greeting{}, ErrBadName
	}
	caller, _ := identity.Caller(ctx)
	c.logger.LogAttrs(ctx, slog.LevelInfo, "greeting composed", slog.Int("name_length", length))
	c.composed.Add(ctx, 1, c.accepted...)
	return Greeting{Message: "Hello, " + name + "!", Caller: caller.String()}, nil
}

// isText tells whether s is what people write: UTF-8 without control characters.
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
