package instrument

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (o observed) client(t *testing.T, next http.RoundTripper) *http.Client {
	t.Helper()
	transport, err := HTTPClient(next, o.tp, o.mp)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Transport: transport}
}

func TestHTTPClientSpan(t *testing.T) {
	o := observe()
	var got string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Traceparent")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.Copy(w, r.Body)
	}))
	defer s.Close()
	id, err := trace.TraceIDFromHex(callerTrace)
	if err != nil {
		t.Fatal(err)
	}
	ctx := trace.ContextWithRemoteSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: id, SpanID: trace.SpanID{1}, TraceFlags: trace.FlagsSampled,
	}))
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.Replace(s.URL, "//", "//user:secret@", 1), strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := o.client(t, s.Client().Transport).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if n := len(o.spans.GetSpans()); n != 0 {
		t.Error("the span ended before the body was read")
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	span := o.span(t)
	if span.SpanKind != trace.SpanKindClient || span.Name != http.MethodPost || span.Status.Code != codes.Error {
		t.Errorf("got %s span %q, %v", span.SpanKind, span.Name, span.Status)
	}
	if full := attributeOf(span, "url.full"); full != s.URL {
		t.Errorf("url.full = %q, want %q", full, s.URL)
	}
	if kind := attributeOf(span, "error.type"); kind != "404" {
		t.Errorf("error.type = %q, want 404", kind)
	}
	if span.SpanContext.TraceID() != id || !strings.Contains(got, span.SpanContext.SpanID().String()) {
		t.Errorf("traceparent %q is not that of the span", got)
	}
	points := o.points(t, "http.client.request.body.size")
	if len(points) != 1 || !strings.HasPrefix(points[0], "1 5 ") || !strings.Contains(points[0], "status_code=404") {
		t.Errorf("got %v, want 5 bytes and 404", points)
	}
}

func TestHTTPClientFailure(t *testing.T) {
	o := observe()
	refused := fmt.Errorf("dialing: %w", http.ErrServerClosed)
	client := o.client(t, roundTripper(func(*http.Request) (*http.Response, error) { return nil, refused }))
	if _, err := client.Get("https://ledger.example:8443/"); !errors.Is(err, refused) { //nolint:bodyclose // there is none
		t.Errorf("got %v", err)
	}
	span := o.span(t)
	if attributeOf(span, "error.type") == "" || span.Status.Description != refused.Error() {
		t.Errorf("got %v, %v", span.Status, span.Attributes)
	}
	points := o.points(t, "http.client.request.duration")
	if len(points) != 1 || !strings.Contains(points[0], "error.type=") || !strings.Contains(points[0], "server.port=8443") {
		t.Errorf("got %v", points)
	}
}

type cut struct{}

func (cut) Read([]byte) (int, error)    { return 0, io.ErrUnexpectedEOF }
func (cut) Write(b []byte) (int, error) { return len(b), nil }
func (cut) Close() error                { return nil }

// TestHTTPClientBody: a body that breaks off is an error, one that can be written stays so.
func TestHTTPClientBody(t *testing.T) {
	o := observe()
	client := o.client(t, roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Body: cut{}}, nil
	}))
	answer, err := client.Get("https://ledger.example/")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := answer.Body.(io.ReadWriteCloser); !ok {
		t.Error("the body of an upgraded connection cannot be written")
	}
	_, _ = io.ReadAll(answer.Body)
	answer.Body.Close()
	if span := o.span(t); span.Status.Code != codes.Error || attributeOf(span, "error.type") == "" {
		t.Errorf("got %v, %v", span.Status, span.Attributes)
	}
}
