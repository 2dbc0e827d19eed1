package silent

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"example.com/app/tracing"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

const area = "orders"

type op int

const (
	read op = iota
	write
)

func (o op) String() string { return [...]string{"read", "write"}[o] }

type kind string

const simple kind = "simple"

type info struct{ FullMethod string }

type store struct{ name string }

func constants(ctx context.Context, ref string) {
	tracer.Start(ctx, "load")
	tracer.Start(ctx, area+".load")
	tracer.Start(ctx, fmt.Sprintf("%s.%s", area, "load"))
	tracer.Start(ctx, "load", trace.WithAttributes(attribute.String("app.ref", "ref "+ref)))
	tracing.StartSpan(ctx, "load")
}

// By themselves these are the caller's choice.
func parameters(ctx context.Context, name, path string, s *store) {
	tracer.Start(ctx, name)
	tracer.Start(ctx, path)
	tracer.Start(ctx, s.name)
	tracer.Start(ctx, route(path))
}

func route(path string) string { return "/" }

func few(ctx context.Context, o op, k kind, i *info, s *store, method, opName string, ok bool) {
	tracer.Start(ctx, "op "+o.String())
	tracer.Start(ctx, fmt.Sprintf("op %s %v %t", o, k, ok))
	tracer.Start(ctx, "call "+i.FullMethod)
	tracer.Start(ctx, s.name+".load")
	tracer.Start(ctx, "rpc/"+method)
	tracer.Start(ctx, "do "+opName)
	tracer.Start(ctx, "string "+string(k))
}

func requests(r *http.Request, span trace.Span) {
	tracer.Start(r.Context(), r.Method+" "+r.Pattern)
	span.SetName(strings.ToLower(r.Method))
	span.SetName(r.URL.Scheme)
	span.SetName(route(r.URL.Path))
}

func typed(ctx context.Context, v any) {
	tracer.Start(ctx, fmt.Sprintf("handle %T", v))
	tracer.Start(ctx, "handle "+reflect.TypeOf(v).String())
}

func switched(ctx context.Context, w bool) {
	name := "read"
	if w {
		name = "write"
	}
	tracer.Start(ctx, name)
	other := area
	tracer.Start(ctx, "all "+other)
}

func joined(ctx context.Context, method string) {
	tracer.Start(ctx, strings.Join([]string{"orders", area, method}, "/"))
}

// Another Start.
type engine struct{}

func (engine) Start(ctx context.Context, name string) {}

func own(ctx context.Context, e engine, id string) { e.Start(ctx, "engine "+id) }
