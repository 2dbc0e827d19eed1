// Package own has instrumentation of the project's own.
package own

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
)

var tracer trace.Tracer = otel.Tracer("own")

func Traced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := tracer.Start(r.Context(), r.Method)
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func Logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) })
}

// Through wraps by a function that wraps.
func Through(next http.Handler) http.Handler { return Logged(Traced(next)) }

type App struct{ mux *http.ServeMux }

func NewApp() *App { return &App{http.NewServeMux()} }

func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, span := tracer.Start(r.Context(), "app")
	defer span.End()
	a.mux.ServeHTTP(w, r.WithContext(ctx))
}

type Stats struct{ stats.Handler }

func (Stats) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	ctx, _ = tracer.Start(ctx, info.FullMethodName)
	return ctx
}

func Options() []grpc.ServerOption { return []grpc.ServerOption{grpc.StatsHandler(Stats{})} }

func PlainOptions() []grpc.ServerOption { return []grpc.ServerOption{grpc.MaxRecvMsgSize(1)} }

// Security is what services take.
type Security interface {
	ServerOption() grpc.ServerOption
	Other() grpc.ServerOption
}

type security struct{}

func (*security) ServerOption() grpc.ServerOption { return grpc.Creds(nil) }
func (*security) Other() grpc.ServerOption        { return grpc.StatsHandler(Stats{}) }
func New() Security                               { return &security{} }
