package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"

	"go.opentelemetry.io/otel/trace"
)

type callerKey struct{}

func caller(ctx context.Context) []slog.Attr {
	if id, ok := ctx.Value(callerKey{}).(string); ok {
		return []slog.Attr{slog.String("caller", id)}
	}
	return nil
}

func traced(ctx context.Context) context.Context {
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}}))
}

func TestLogLine(t *testing.T) {
	const traceID, spanID = "01000000000000000000000000000000", "0200000000000000"
	var out, other bytes.Buffer
	var level slog.LevelVar
	logger := NewLogger(&out, &level, caller, slog.NewJSONHandler(&other, &slog.HandlerOptions{Level: slog.LevelDebug}))
	ctx := traced(context.WithValue(t.Context(), callerKey{}, "friend"))

	logger.DebugContext(ctx, "too low")
	if out.Len()+other.Len() > 0 {
		t.Errorf("debug was written at info: %s%s", out.String(), other.String())
	}
	level.Set(slog.LevelDebug)
	logger.With("a", 1).DebugContext(ctx, "hello", slog.Group("g", "b", 2))

	line := decode(t, &out)
	group, _ := line["g"].(map[string]any)
	if line["msg"] != "hello" || line["a"] != 1.0 || group["b"] != 2.0 {
		t.Errorf("got %v", line)
	}
	if line["trace_id"] != traceID || line["span_id"] != spanID || line["caller"] != "friend" {
		t.Errorf("got %v, want trace_id, span_id and caller at the top", line)
	}
	line = decode(t, &other)
	if _, ok := line["trace_id"]; ok || line["caller"] != "friend" {
		t.Errorf("got %v, want the caller, and no trace_id: the bridge has its own", line)
	}
}

func TestLogLineWithoutSpan(t *testing.T) {
	var out bytes.Buffer
	NewLogger(&out, slog.LevelInfo, caller).InfoContext(t.Context(), "hello")
	if line := decode(t, &out); len(line) != 3 {
		t.Errorf("got %v, want time, level and msg", line)
	}
}

func TestLoggersOfOneRootDoNotMix(t *testing.T) {
	var out bytes.Buffer
	root := NewLogger(&out, slog.LevelInfo, caller).WithGroup("g").With("a", 1)
	first, second := root.With("b", 2), root.With("c", 3)
	first.InfoContext(t.Context(), "first")
	group, _ := decode(t, &out)["g"].(map[string]any)
	if _, ok := group["c"]; ok || group["b"] != 2.0 {
		t.Errorf("first has %v", group)
	}
	second.InfoContext(t.Context(), "second")
	group, _ = decode(t, &out)["g"].(map[string]any)
	if _, ok := group["b"]; ok || group["c"] != 3.0 {
		t.Errorf("second has %v", group)
	}
}

func decode(t *testing.T, out *bytes.Buffer) map[string]any {
	t.Helper()
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	out.Reset()
	return line
}
