package telemetry

import (
	"context"
	"io"
	"log/slog"

	"go.opentelemetry.io/otel/trace"
)

// NewLogger writes JSON lines to w, with trace_id and span_id, and hands each record to
// others too. The attributes that attrs finds in the context, and level, hold for all of
// them. After WithGroup these attributes are in the group.
func NewLogger(w io.Writer, level slog.Leveler, attrs func(context.Context) []slog.Attr, others ...slog.Handler) *slog.Logger {
	traced := func(ctx context.Context) []slog.Attr {
		span := trace.SpanContextFromContext(ctx)
		if !span.IsValid() {
			return attrs(ctx)
		}
		return append(attrs(ctx), slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	all := []slog.Handler{contextHandler{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}), level, traced}}
	for _, h := range others {
		all = append(all, contextHandler{h, level, attrs})
	}
	return slog.New(slog.NewMultiHandler(all...))
}

// contextHandler adds attributes of the context.
type contextHandler struct {
	slog.Handler
	level slog.Leveler
	attrs func(context.Context) []slog.Attr
}

func (h contextHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.level.Level() && h.Handler.Enabled(ctx, level)
}

func (h contextHandler) Handle(ctx context.Context, r slog.Record) error {
	r = r.Clone()
	r.AddAttrs(h.attrs(ctx)...)
	return h.Handler.Handle(ctx, r)
}

func (h contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return contextHandler{h.Handler.WithAttrs(attrs), h.level, h.attrs}
}

func (h contextHandler) WithGroup(name string) slog.Handler {
	return contextHandler{h.Handler.WithGroup(name), h.level, h.attrs}
}
