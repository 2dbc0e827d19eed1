package otlp

import (
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	logspb "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Span is one span as it was received.
type Span struct {
	TraceID    string            `json:"trace_id"`
	SpanID     string            `json:"span_id"`
	ParentID   string            `json:"parent_id,omitempty"`
	Service    string            `json:"service"`
	Scope      string            `json:"scope,omitempty"`
	Name       string            `json:"name"`
	Kind       string            `json:"kind"` // internal, server, client, producer, consumer
	Start      time.Time         `json:"start"`
	End        time.Time         `json:"end"`
	Status     string            `json:"status"` // unset, ok, error
	Message    string            `json:"message,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
	Events     []string          `json:"events,omitempty"`
	Links      []string          `json:"links,omitempty"` // IDs of other traces that led to this one
	// Peer is the SPIFFE ID at the other end: of the caller on a server span. "" when the
	// span names none.
	Peer string `json:"peer,omitempty"`
}

// Duration is how long the span took.
func (s Span) Duration() time.Duration { return s.End.Sub(s.Start) }

// Log is one log record.
type Log struct {
	Time       time.Time         `json:"time"`
	Service    string            `json:"service"`
	Scope      string            `json:"scope,omitempty"`
	Severity   string            `json:"severity"`
	Body       string            `json:"body"`
	TraceID    string            `json:"trace_id,omitempty"`
	SpanID     string            `json:"span_id,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// Metric is the data of one instrument in one export.
type Metric struct {
	Time        time.Time `json:"time"`
	Service     string    `json:"service"`
	Scope       string    `json:"scope,omitempty"`
	Name        string    `json:"name"`
	Unit        string    `json:"unit,omitempty"`
	Description string    `json:"description,omitempty"`
	Type        string    `json:"type"` // gauge, sum, histogram, exponential histogram, summary
	Points      []Point   `json:"points"`
}

// Point is one value of a metric. Of a histogram it is the sum, beside the count.
type Point struct {
	Value      float64           `json:"value"`
	Count      uint64            `json:"count,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// ring keeps the newest values whose sizes together stay within limit.
type ring[T any] struct {
	limit, bytes int
	values       []T
	sizes        []int
}

func (r *ring[T]) add(v T, size int) {
	r.values = append(r.values, v)
	r.sizes = append(r.sizes, size)
	r.bytes += size
	drop := 0
	for r.bytes > r.limit && drop < len(r.values) {
		r.bytes -= r.sizes[drop]
		var zero T
		r.values[drop] = zero // append moves what is left in time; the values can go now
		drop++
	}
	r.values, r.sizes = r.values[drop:], r.sizes[drop:]
}

// overhead is about what a kept value needs beside the bytes that came over the wire.
const overhead = 512

func (s *Sink) keepSpans(r *tracepb.ExportTraceServiceRequest) {
	var printed []Span
	s.mu.Lock()
	for _, rs := range r.GetResourceSpans() {
		service := serviceName(rs.GetResource())
		for _, ss := range rs.GetScopeSpans() {
			for _, p := range ss.GetSpans() {
				sp := newSpan(service, ss.GetScope().GetName(), p)
				s.spans.add(sp, proto.Size(p)+overhead)
				s.widths.widen(sp)
				printed = append(printed, sp)
			}
		}
	}
	widths := s.widths
	s.notify()
	s.mu.Unlock()
	if s.lines == nil || len(printed) == 0 {
		return
	}
	var b strings.Builder
	for _, sp := range printed {
		b.WriteString(sp.line(widths))
	}
	// One write an export, so that lines of two exporters do not mix.
	_, _ = s.lines.Write([]byte(b.String()))
}

func newSpan(service, scope string, p *trace.Span) Span {
	sp := Span{
		TraceID:    hex.EncodeToString(p.GetTraceId()),
		SpanID:     hex.EncodeToString(p.GetSpanId()),
		ParentID:   hex.EncodeToString(p.GetParentSpanId()),
		Service:    service,
		Scope:      scope,
		Name:       p.GetName(),
		Kind:       kind(p.GetKind()),
		Start:      at(p.GetStartTimeUnixNano()),
		End:        at(p.GetEndTimeUnixNano()),
		Status:     "unset",
		Message:    p.GetStatus().GetMessage(),
		Attributes: attributes(p.GetAttributes()),
	}
	switch p.GetStatus().GetCode() {
	case trace.Status_STATUS_CODE_OK:
		sp.Status = "ok"
	case trace.Status_STATUS_CODE_ERROR:
		sp.Status = "error"
	}
	for _, e := range p.GetEvents() {
		sp.Events = append(sp.Events, e.GetName())
	}
	for _, l := range p.GetLinks() {
		sp.Links = append(sp.Links, hex.EncodeToString(l.GetTraceId()))
	}
	sp.Peer = peerID(p.GetAttributes())
	return sp
}

// peerID returns the first attribute that holds a SPIFFE ID. There is no registered name
// for it, so that services differ in the key and agree in the value.
func peerID(attrs []*common.KeyValue) string {
	for _, a := range attrs {
		if v := a.GetValue().GetStringValue(); strings.HasPrefix(v, "spiffe://") {
			return v
		}
	}
	return ""
}

func (s *Sink) keepLogs(r *logspb.ExportLogsServiceRequest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rl := range r.GetResourceLogs() {
		service := serviceName(rl.GetResource())
		for _, sl := range rl.GetScopeLogs() {
			for _, p := range sl.GetLogRecords() {
				when := p.GetTimeUnixNano()
				if when == 0 {
					when = p.GetObservedTimeUnixNano()
				}
				s.logs.add(Log{
					Time:       at(when),
					Service:    service,
					Scope:      sl.GetScope().GetName(),
					Severity:   p.GetSeverityText(),
					Body:       text(p.GetBody()),
					TraceID:    hex.EncodeToString(p.GetTraceId()),
					SpanID:     hex.EncodeToString(p.GetSpanId()),
					Attributes: attributes(p.GetAttributes()),
				}, proto.Size(p)+overhead)
			}
		}
	}
	s.notify()
}

func (s *Sink) keepMetrics(r *metricspb.ExportMetricsServiceRequest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for _, rm := range r.GetResourceMetrics() {
		service := serviceName(rm.GetResource())
		for _, sm := range rm.GetScopeMetrics() {
			for _, p := range sm.GetMetrics() {
				m := Metric{
					Time:        now,
					Service:     service,
					Scope:       sm.GetScope().GetName(),
					Name:        p.GetName(),
					Unit:        p.GetUnit(),
					Description: p.GetDescription(),
				}
				m.Type, m.Points = points(p)
				s.metrics.add(m, proto.Size(p)+overhead)
			}
		}
	}
	s.notify()
}

func points(m *metrics.Metric) (string, []Point) {
	var out []Point
	numbers := func(points []*metrics.NumberDataPoint) {
		for _, p := range points {
			value := p.GetAsDouble()
			if i, ok := p.GetValue().(*metrics.NumberDataPoint_AsInt); ok {
				value = float64(i.AsInt)
			}
			out = append(out, Point{Value: value, Attributes: attributes(p.GetAttributes())})
		}
	}
	switch d := m.GetData().(type) {
	case *metrics.Metric_Gauge:
		numbers(d.Gauge.GetDataPoints())
		return "gauge", out
	case *metrics.Metric_Sum:
		numbers(d.Sum.GetDataPoints())
		return "sum", out
	case *metrics.Metric_Histogram:
		for _, p := range d.Histogram.GetDataPoints() {
			out = append(out, Point{Value: p.GetSum(), Count: p.GetCount(), Attributes: attributes(p.GetAttributes())})
		}
		return "histogram", out
	case *metrics.Metric_ExponentialHistogram:
		for _, p := range d.ExponentialHistogram.GetDataPoints() {
			out = append(out, Point{Value: p.GetSum(), Count: p.GetCount(), Attributes: attributes(p.GetAttributes())})
		}
		return "exponential histogram", out
	case *metrics.Metric_Summary:
		for _, p := range d.Summary.GetDataPoints() {
			out = append(out, Point{Value: p.GetSum(), Count: p.GetCount(), Attributes: attributes(p.GetAttributes())})
		}
		return "summary", out
	}
	return "", nil
}

// notify wakes those who wait for data. The caller holds the lock.
func (s *Sink) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func serviceName(r *resource.Resource) string {
	for _, a := range r.GetAttributes() {
		if a.GetKey() == "service.name" {
			return a.GetValue().GetStringValue()
		}
	}
	return "unknown"
}

func attributes(list []*common.KeyValue) map[string]string {
	if len(list) == 0 {
		return nil
	}
	m := make(map[string]string, len(list))
	for _, a := range list {
		m[a.GetKey()] = text(a.GetValue())
	}
	return m
}

func text(v *common.AnyValue) string {
	switch v := v.GetValue().(type) {
	case nil:
		return ""
	case *common.AnyValue_StringValue:
		return v.StringValue
	default:
		b, err := json.Marshal(plain(&common.AnyValue{Value: v}))
		if err != nil {
			return "" // a NaN or an infinity; JSON has neither
		}
		return string(b)
	}
}

func plain(v *common.AnyValue) any {
	switch v := v.GetValue().(type) {
	case *common.AnyValue_StringValue:
		return v.StringValue
	case *common.AnyValue_BoolValue:
		return v.BoolValue
	case *common.AnyValue_IntValue:
		return json.Number(strconv.FormatInt(v.IntValue, 10))
	case *common.AnyValue_DoubleValue:
		return v.DoubleValue
	case *common.AnyValue_BytesValue:
		return v.BytesValue
	case *common.AnyValue_ArrayValue:
		list := []any{}
		for _, e := range v.ArrayValue.GetValues() {
			list = append(list, plain(e))
		}
		return list
	case *common.AnyValue_KvlistValue:
		m := map[string]any{}
		for _, e := range v.KvlistValue.GetValues() {
			m[e.GetKey()] = plain(e.GetValue())
		}
		return m
	}
	return nil
}

func kind(k trace.Span_SpanKind) string {
	switch k {
	case trace.Span_SPAN_KIND_SERVER:
		return "server"
	case trace.Span_SPAN_KIND_CLIENT:
		return "client"
	case trace.Span_SPAN_KIND_PRODUCER:
		return "producer"
	case trace.Span_SPAN_KIND_CONSUMER:
		return "consumer"
	}
	return "internal"
}

func at(nanos uint64) time.Time {
	if nanos == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(nanos))
}
