// Package api is what this service does for its callers.
//
// Greetings are a worked example: replace them with your own resources. A resource is a type
// with its routes; who may call a route stands in Access.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/acme/orders/internal/httpserver"
	"github.com/acme/orders/internal/identity"
)

const (
	scope         = "api" // of this package's spans and metrics
	maxNameLength = 64    // characters
)

// Greeting is the answer to GET /v1/greetings/{name}.
type Greeting struct {
	Message string `json:"message"`
	Caller  string `json:"caller"` // SPIFFE ID of who asked
}

// Greetings greets callers by name.
type Greetings struct {
	logger   *slog.Logger
	tracer   trace.Tracer
	composed metric.Int64Counter
}

// NewGreetings returns the resource with its instruments.
func NewGreetings(logger *slog.Logger, tp trace.TracerProvider, mp metric.MeterProvider) (*Greetings, error) {
	composed, err := mp.Meter(scope).Int64Counter("greetings.composed",
		metric.WithUnit("{greeting}"), metric.WithDescription("Greetings composed, by outcome."))
	if err != nil {
		return nil, err
	}
	return &Greetings{logger: logger, tracer: tp.Tracer(scope), composed: composed}, nil
}

// Routes returns what Greetings serves.
func (g *Greetings) Routes() []httpserver.Route {
	return []httpserver.Route{{Pattern: "GET /v1/greetings/{name}", Handle: g.get}}
}

func (g *Greetings) get(w http.ResponseWriter, r *http.Request) error {
	greeting, err := g.compose(r.Context(), r.PathValue("name"))
	if err != nil {
		return err
	}
	return httpserver.WriteJSON(w, http.StatusOK, greeting)
}

// compose is the business of this service: it has a span, a metric and a log line of its own.
func (g *Greetings) compose(ctx context.Context, name string) (Greeting, error) {
	ctx, span := g.tracer.Start(ctx, "compose greeting")
	defer span.End()

	length := utf8.RuneCountInString(name)
	span.SetAttributes(attribute.Int("greeting.name_length", length))
	if length > maxNameLength {
		err := &httpserver.Problem{Status: http.StatusBadRequest, Detail: "the name is longer than 64 characters"}
		span.SetStatus(codes.Error, err.Error())
		g.composed.Add(ctx, 1, metric.WithAttributes(attribute.String("outcome", "refused")))
		return Greeting{}, err
	}
	caller, _ := identity.Caller(ctx)
	g.logger.InfoContext(ctx, "greeting composed", "name_length", length)
	g.composed.Add(ctx, 1, metric.WithAttributes(attribute.String("outcome", "composed")))
	return Greeting{Message: "Hello, " + name + "!", Caller: caller.String()}, nil
}
