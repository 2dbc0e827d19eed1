package collector

import (
	"bytes"
	"context"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// dial returns a connection to a collector on loopback.
func dial(t *testing.T, port string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient("127.0.0.1:"+port, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func put(t *testing.T, m pcommon.Map, values map[string]any) {
	t.Helper()
	if err := m.FromRaw(values); err != nil {
		t.Fatal(err)
	}
}

func send(t *testing.T, conn *grpc.ClientConn, td ptrace.Traces) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := ptraceotlp.NewGRPCClient(conn).Export(ctx, ptraceotlp.NewExportRequestFromTraces(td), grpc.WaitForReady(true)); err != nil {
		t.Fatal(err)
	}
}

// span adds a span of a trace to td.
func span(td ptrace.Traces, trace byte, took time.Duration) ptrace.Span {
	s := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	s.SetTraceID(pcommon.TraceID{trace, 1})
	s.SetSpanID(pcommon.SpanID{trace, 1})
	now := time.Now()
	s.SetStartTimestamp(pcommon.NewTimestampFromTime(now.Add(-took)))
	s.SetEndTimestamp(pcommon.NewTimestampFromTime(now))
	return s
}

// TestAttributesAreRenamed sends what an old library sends, and sees the names of today.
func TestAttributesAreRenamed(t *testing.T) {
	port := freePort(t)
	out := running(t, service(t, "telemetry.collector.address=127.0.0.1:"+port), "", "collector.yaml", "attributes.yaml")
	conn := dial(t, port)

	td := ptrace.NewTraces()
	server := span(td, 1, time.Second)
	server.SetKind(ptrace.SpanKindServer)
	put(t, td.ResourceSpans().At(0).Resource().Attributes(), map[string]any{"service.name": "orders", "deployment.environment": "test"})
	put(t, server.Attributes(), map[string]any{
		"http.method": "GET", "http.status_code": 503, "http.scheme": "https", "http.user_agent": "curl",
		"net.peer.name": "10.0.0.1", "net.peer.port": 4711, "net.host.name": "orders.shop.svc",
		"http.target": "/v1?a=b", "http.url": "https://orders.shop.svc/v1", "shop.tenant": "acme",
	})
	client := span(td, 2, time.Second)
	client.SetKind(ptrace.SpanKindClient)
	put(t, client.Attributes(), map[string]any{
		"http.method": "POST", "http.request.method": "PUT", "http.url": "https://ledger.example/v1", "net.peer.name": "ledger.example",
		"db.system": "postgresql", "db.statement": "SELECT 1", "rpc.system": "java_rmi",
	})
	other := span(td, 3, time.Second)
	other.SetKind(ptrace.SpanKindClient)
	put(t, other.Attributes(), map[string]any{"db.system": "mssqlcompact", "db.operation": "SELECT"})
	send(t, conn, td)

	md := pmetric.NewMetrics()
	resource := md.ResourceMetrics().AppendEmpty()
	put(t, resource.Resource().Attributes(), map[string]any{"deployment.environment": "test"})
	m := resource.ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName("http.server.duration")
	point := m.SetEmptyGauge().DataPoints().AppendEmpty()
	point.SetDoubleValue(1)
	put(t, point.Attributes(), map[string]any{"http.method": "GET", "http.status_code": 200, "http.route": "/v1"})
	if _, err := pmetricotlp.NewGRPCClient(conn).Export(t.Context(), pmetricotlp.NewExportRequestFromMetrics(md)); err != nil {
		t.Fatal(err)
	}

	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty()
	put(t, records.Resource().Attributes(), map[string]any{"deployment.environment": "test"})
	record := records.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.Body().SetStr("request failed")
	put(t, record.Attributes(), map[string]any{"http.method": "GET", "code.filepath": "a.go", "code.lineno": 7})
	if _, err := plogotlp.NewGRPCClient(conn).Export(t.Context(), plogotlp.NewExportRequestFromLogs(ld)); err != nil {
		t.Fatal(err)
	}

	out.await(t, func(s *sink) bool { return len(s.spans()) == 3 && len(s.metrics) == 1 && len(s.logs) == 1 })
	spans := out.spans()
	slices.SortFunc(spans, func(a, b ptrace.Span) int { return int(a.TraceID()[0]) - int(b.TraceID()[0]) })
	same(t, "server span", spans[0].Attributes(), map[string]any{
		"http.request.method": "GET", "http.response.status_code": int64(503), "url.scheme": "https", "user_agent.original": "curl",
		"client.address": "10.0.0.1", "client.port": int64(4711), "server.address": "orders.shop.svc",
		"http.target": "/v1?a=b", "http.url": "https://orders.shop.svc/v1", // to be taken apart: not by a rename
		"shop.tenant": "acme",
	})
	same(t, "client span", spans[1].Attributes(), map[string]any{
		"http.request.method": "PUT", // was there
		"url.full":            "https://ledger.example/v1", "server.address": "ledger.example",
		"db.system.name": "postgresql", "db.query.text": "SELECT 1",
		"rpc.system": "java_rmi", // is called otherwise today
	})
	same(t, "span with a value of yesterday", spans[2].Attributes(), map[string]any{"db.system": "mssqlcompact", "db.operation.name": "SELECT"})
	environment := map[string]any{"deployment.environment.name": "test"}
	same(t, "resource of metrics", out.metrics[0].ResourceMetrics().At(0).Resource().Attributes(), environment)
	same(t, "data point", out.metrics[0].ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Gauge().DataPoints().At(0).Attributes(),
		map[string]any{"http.request.method": "GET", "http.response.status_code": int64(200), "http.route": "/v1"})
	same(t, "resource of logs", out.logs[0].ResourceLogs().At(0).Resource().Attributes(), environment)
	same(t, "log record", out.logs[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes(),
		map[string]any{"http.request.method": "GET", "code.file.path": "a.go", "code.line.number": int64(7)})
}

func same(t *testing.T, what string, got pcommon.Map, want map[string]any) {
	t.Helper()
	if raw := got.AsRaw(); !maps.Equal(raw, want) {
		t.Errorf("%s:\nwant %v\ngot  %v", what, want, raw)
	}
}

// TestEveryRename sends each old key of the table by itself.
func TestEveryRename(t *testing.T) {
	port := freePort(t)
	out := running(t, service(t, "telemetry.collector.address=127.0.0.1:"+port), "", "collector.yaml", "attributes.yaml")
	td := ptrace.NewTraces()
	all := renames()
	for i, r := range all {
		s := span(td, byte(i), time.Second)
		value := "a value"
		if r.members != nil {
			value = r.members[0]
		}
		switch r.kind {
		case "client":
			s.SetKind(ptrace.SpanKindClient)
		case "server":
			s.SetKind(ptrace.SpanKindServer)
		}
		if r.ofResources() {
			put(t, td.ResourceSpans().At(i).Resource().Attributes(), map[string]any{r.old: value, "i": i})
		}
		put(t, s.Attributes(), map[string]any{r.old: value})
	}
	send(t, dial(t, port), td)
	out.await(t, func(s *sink) bool { return len(s.spans()) == len(all) })
	for _, td := range out.traces {
		for i := range td.ResourceSpans().Len() {
			rs := td.ResourceSpans().At(i)
			s := rs.ScopeSpans().At(0).Spans().At(0)
			r := all[s.TraceID()[0]]
			got := s.Attributes()
			if r.ofResources() {
				got = rs.Resource().Attributes()
			}
			_, there := got.Get(r.new)
			if _, still := got.Get(r.old); !there || still {
				t.Errorf("%s became %v, want %s", r.old, got.AsRaw(), r.new)
			}
		}
	}
}

// TestTailSampling: what failed and what was slow is kept, of the rest a share.
func TestTailSampling(t *testing.T) {
	port := freePort(t)
	out := running(t, service(t, "telemetry.collector.address=127.0.0.1:"+port), "processors: {tail_sampling: {decision_wait: 200ms}}",
		"collector.yaml", "attributes.yaml", "tail-sampling.yaml")
	conn := dial(t, port)
	td := ptrace.NewTraces()
	const failed, slow, ordinary = 1, 2, 3
	span(td, failed, time.Millisecond).Status().SetCode(ptrace.StatusCodeError)
	span(td, slow, 2*time.Second)
	random := rand.New(rand.NewPCG(1, 2))
	const others = 2000
	for range others {
		s := span(td, ordinary, time.Millisecond)
		id := pcommon.TraceID{ordinary}
		for i := 1; i < len(id); i++ {
			id[i] = byte(random.UintN(256))
		}
		s.SetTraceID(id)
	}
	send(t, conn, td)
	kept := func(s *sink) [4]int {
		var n [4]int
		for _, s := range s.spans() {
			n[s.TraceID()[0]]++
		}
		return n
	}
	out.await(t, func(s *sink) bool { n := kept(s); return n[failed] == 1 && n[slow] == 1 && n[ordinary] > 0 })
	time.Sleep(500 * time.Millisecond) // for what should not come
	out.mu.Lock()
	defer out.mu.Unlock()
	if n := kept(out); n[ordinary] < others*5/100 || n[ordinary] > others*15/100 {
		t.Errorf("kept %d of %d ordinary traces, want about a tenth", n[ordinary], others)
	}
}

// TestOTLPOverHTTP: a service that speaks http/protobuf is heard, too.
func TestOTLPOverHTTP(t *testing.T) {
	port := freePort(t)
	out := running(t, service(t, "telemetry.protocol=http/protobuf", "telemetry.collector.address=127.0.0.1:"+port), "", "collector.yaml", "attributes.yaml")
	td := ptrace.NewTraces()
	put(t, span(td, 1, time.Second).Attributes(), map[string]any{"http.method": "GET"})
	body, err := ptraceotlp.NewExportRequestFromTraces(td).MarshalProto()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post("http://127.0.0.1:"+port+"/v1/traces", "application/x-protobuf", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatal(answer.Status)
	}
	out.await(t, func(s *sink) bool { return len(s.spans()) == 1 })
	same(t, "span", out.spans()[0].Attributes(), map[string]any{"http.request.method": "GET"})
}
