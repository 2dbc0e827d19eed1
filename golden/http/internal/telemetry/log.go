package telemetry

import (
	"context"
	"io"
	"log/slog"
	"slices"

	"go.opentelemetry.io/otel/trace"
)

// NewLogger writes JSON lines to w, with trace_id and span_id, and hands each record to
// others too. The attributes that attrs finds in the context, and level, hold for all of
// them; attrs may be nil.
func NewLogger(w io.Writer, level slog.Leveler, attrs func(context.Context) []slog.Attr, others ...slog.Handler) *slog.Logger {
	if attrs == nil {
		attrs = func(context.Context) []slog.Attr { return nil }
	}
	traced := func(ctx context.Context) []slog.Attr {
		found := attrs(ctx)
		if span := trace.SpanContextFromContext(ctx); span.IsValid() {
			found = append(found, slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
		}
		return found
	}
	all := []slog.Handler{contextHandler{root: slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}), level: level, attrs: traced}}
	for _, h := range others {
		all = append(all, contextHandler{root: h, level: level, attrs: attrs})
	}
	return slog.New(slog.NewMultiHandler(all...))
}

// contextHandler adds attributes of the context at the top level: what follows a WithGroup
// is kept aside, or they would land in the group.
type contextHandler struct {
	root  slog.Handler
	level slog.Leveler
	attrs func(context.Context) []slog.Attr
	after []func(slog.Handler) slog.Handler // from the first group on
}

func (h contextHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.level.Level() && h.root.Enabled(ctx, level)
}

func (h contextHandler) Handle(ctx context.Context, r slog.Record) error {
	next := h.root
	if found := h.attrs(ctx); len(h.after) == 0 {
		r = r.Clone()
		r.AddAttrs(found...)
	} else {
		next = next.WithAttrs(found)
	}
	for _, step := range h.after {
		next = step(next)
	}
	return next.Handle(ctx, r)
}

func (h contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(h.after) == 0 {
		h.root = h.root.WithAttrs(attrs)
		return h
	}
	return h.then(func(next slog.Handler) slog.Handler { return next.WithAttrs(attrs) })
}

func (h contextHandler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return h.then(func(next slog.Handler) slog.Handler { return next.WithGroup(name) })
}

func (h contextHandler) then(step func(slog.Handler) slog.Handler) slog.Handler {
	h.after = append(slices.Clip(h.after), step)
	return h
}
