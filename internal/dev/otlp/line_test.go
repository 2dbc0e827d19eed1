package otlp

import (
	"strings"
	"testing"
	"time"
)

// What a span prints stands in columns, however long its names are.
func TestLinesAlign(t *testing.T) {
	begin := time.Unix(1, 0)
	span := func(service, name, status, message string) Span {
		return Span{
			TraceID: "4bf92f3577b34da6", Service: service, Name: name, Kind: "server", Status: status, Message: message,
			Start: begin, End: begin.Add(time.Millisecond), Peer: "spiffe://acme.example/checkout",
		}
	}
	spans := []Span{
		span("orders", "GET /v1/orders", "unset", ""),
		span("payments", "POST /v1/accounts/{account}/payments/{payment}", "error", "the account is closed"),
		span("paiements-à-venir", "GET /v1/père", "ok", ""),
	}
	var widths columns
	for _, s := range spans {
		widths.widen(s)
	}
	want := -1
	for _, s := range spans {
		line := []rune(s.line(widths))
		at := len([]rune(strings.SplitAfter(string(line), "spiffe://")[0]))
		if want < 0 {
			want = at
		}
		if at != want {
			t.Errorf("want the peer at column %d, got %d:\n%s", want, at, string(line))
		}
	}
	job := span("orders", "process jobs", "error", "no such account")
	job.Kind, job.Peer, job.Links = "consumer", "", []string{"a3ce929d0e0e4736"}
	if got, want := job.line(widths), "1ms  error  from trace a3ce929d  (no such account)\n"; !strings.Contains(got, "  consumer  ") || !strings.HasSuffix(got, want) {
		t.Errorf("want a line that ends in %q, got %q", want, got)
	}
	widths.widen(span("orders", strings.Repeat("n", 500), "ok", ""))
	if got := len([]rune(spans[0].line(widths))); got > 160 {
		t.Errorf("one long name widens all lines to %d columns", got)
	}
}
