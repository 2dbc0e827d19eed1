package greetings

import (
	"context"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/mintwright/mintwright/blueprints/service/identity"
)

const (
	scope         = "greetings" // of this package's spans and metrics
	maxNameLength = 64          // characters
)

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
	if length > maxNameLength || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		span.SetStatus(codes.Error, ErrBadName.Error())
		c.composed.Add(ctx, 1, c.refused...)
		return Greeting{}, ErrBadName
	}
	caller, _ := identity.Caller(ctx)
	c.logger.LogAttrs(ctx, slog.LevelInfo, "greeting composed", slog.Int("name_length", length))
	c.composed.Add(ctx, 1, c.accepted...)
	return Greeting{Message: "Hello, " + name + "!", Caller: caller.String()}, nil
}
