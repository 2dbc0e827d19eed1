package difftest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc/filters"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/mintwright/mintwright/blueprints/service/instrument"
)

// allowedDifference is one that is meant. All but the reason are regular expressions.
type allowedDifference struct {
	reason       string
	calls, fact  string
	theirs, ours string // the two values; "-" is none
}

func (d allowedDifference) allows(call, fact, theirs, ours string) bool {
	return matches(d.calls, call) && matches(d.fact, fact) && matches(d.theirs, theirs) && matches(d.ours, ours)
}

func matches(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) }

// grpcAllowed are the differences to otelgrpc that are meant. Each occurs in the corpus.
var grpcAllowed = []allowedDifference{
	{
		"the code is the service's own, and so is its scope",
		``, `^(span \d+|metric rpc\.\w+\.call\.duration) scope$`, `^go\.opentelemetry\.io/contrib/|^-$`, `^instrument  https://opentelemetry\.io/schemas/1\.43\.0$`,
	},
	{
		"otelgrpc calls the parent of a root remote, though there is none",
		`^server/friend/`, `^span \d+ parent$`, `^0{32}-0{16}-00 "" remote true$`, `^0{32}-0{16}-00 "" remote false$`,
	},
	{
		"a stranger's baggage goes no further",
		`^server/stranger/`, `^handler baggage$`, `=`, `^$`,
	},
	{
		"gRPC answers a call of an unknown method itself, and tells of no end: otelgrpc's span is never exported, and nothing counts a scan",
		`^server/\w+/unknown `, `^spans$|^span \d+ .*(kind|context|parent|status|duration|children|dropped|link \d+|status_code|system\.name|server\.address|method_original)$|^metric .*(unit|description|temporality|value|exemplar \d+|status_code|system\.name|error\.type)$`, `^(-|0)$`, ``,
	},
	{
		"its method names no span",
		`^server/\w+/unknown `, `^span \d+ name$`, `^-$`, `^grpc$`,
	},
	{
		"and no metric",
		`^server/\w+/unknown `, `attribute rpc\.method$`, `^-$`, `^STRING _OTHER$`,
	},
	{
		"a code that gRPC does not define is UNKNOWN, as gRPC's documents say, so that a peer cannot make up metrics",
		`/code (17|99)$`, `rpc\.response\.status_code$|error\.type$`, `^STRING CODE\(|^-$`, `^STRING UNKNOWN$`,
	},
	{
		"and UNKNOWN is an error of the server",
		`^server/\w+/code (17|99)$`, `status$`, `^Unset `, `^Error `,
	},
	{
		"server.address is the name that is called: the conventions want no looked up address, and each new pod would be a new metric",
		`^client/`, `server\.address$`, `^STRING bufconn$`, `^STRING echo\.example$`,
	},
	{
		"and its port",
		`^client/`, `server\.port$`, `^-$`, `^INT64 9443$`,
	},
	{
		"the span still says who has answered",
		`^client/`, `^span \d+ attribute network\.peer\.address$`, `^-$`, `^STRING bufconn$`,
	},
	{
		"a method without its slash is a mistake in the program; rpc.method is required, so it is there",
		`^client/friend/no slash$`, `rpc\.method$`, `^-$`, `^STRING test\.Echo$`,
	},
}

// grpcCase is a call, or some, and how the service works on it. Time is that of synctest.
type grpcCase struct {
	name    string
	say     func(ctx context.Context) error
	chat    func(grpc.ServerStream) error
	do      func(ctx context.Context, conn *grpc.ClientConn) // one Say without it
	headers [][2]string                                      // sent as they are
	refuse  int                                              // so many connections first
	server  []grpc.ServerOption
	client  []grpc.DialOption
	sides   []string       // both without it
	message *regexp.Regexp // of a status, where chance decides which
}

const goodParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

func grpcCases() []grpcCase {
	cases := []grpcCase{
		{name: "ok"},
		{name: "plain error", say: func(context.Context) error { return errors.New("no") }},
		{name: "wrapped status", say: func(context.Context) error {
			return fmt.Errorf("storing: %w", status.Error(codes.Aborted, "again"))
		}},
		{name: "error with details", say: func(context.Context) error {
			s, err := status.New(codes.Internal, "no").WithDetails(&errdetails.ErrorInfo{Reason: "FULL"})
			if err != nil {
				return err
			}
			return s.Err()
		}},
		{name: "message of odd bytes", say: func(context.Context) error {
			return status.Error(codes.Internal, "caf\u00e9 \x00\n%41")
		}},
		{name: "panic", say: func(context.Context) error { panic("at the disco") }},
		{name: "large message refused by the server", server: []grpc.ServerOption{grpc.MaxRecvMsgSize(3)}},
		{name: "large message refused by the client", client: []grpc.DialOption{grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(3))}},
		{name: "large message not sent", client: []grpc.DialOption{grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(3))}, sides: []string{"client"}},
		{name: "many", do: func(ctx context.Context, conn *grpc.ClientConn) {
			for range 5 {
				_ = say(ctx, conn)
			}
			chats(1, true)(ctx, conn)
		}, chat: exchange},
		{name: "health", do: func(ctx context.Context, conn *grpc.ClientConn) {
			_, _ = grpc_health_v1.NewHealthClient(conn).Check(ctx, new(grpc_health_v1.HealthCheckRequest))
		}, sides: []string{"server"}},
		{name: "health watched", do: func(ctx context.Context, conn *grpc.ClientConn) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			if stream, err := grpc_health_v1.NewHealthClient(conn).Watch(ctx, new(grpc_health_v1.HealthCheckRequest)); err == nil {
				_, _ = stream.Recv()
			}
		}, sides: []string{"server"}},
		{name: "unknown method", do: asks("/test.Echo/Shout")},
		{name: "unknown service", do: asks("/test.Other/Say")},
		{name: "unknown bytes", do: asks("/\xff\xfe/\x80"), sides: []string{"server"}},
		{name: "no method", do: asks("/test.Echo")},
		{name: "no slash", do: asks("test.Echo")},
		{
			name: "unknown method, handled", do: asks("/test.Echo/Handled"),
			server: []grpc.ServerOption{grpc.UnknownServiceHandler(func(any, grpc.ServerStream) error { return status.Error(codes.NotFound, "no") })},
		},

		{name: "stream of none", chat: func(grpc.ServerStream) error { return nil }, do: chats(0, true)},
		{name: "stream of many", chat: exchange, do: chats(20, true)},
		{name: "stream refused", chat: func(grpc.ServerStream) error { return status.Error(codes.PermissionDenied, "no") }, do: asks("/test.Echo/Chat")},
		{name: "stream that the server fails at", chat: func(stream grpc.ServerStream) error {
			_ = stream.RecvMsg(new(wrapperspb.StringValue))
			return status.Error(codes.DataLoss, "lost")
		}, do: chats(3, true)},
		{name: "stream that the client leaves", chat: exchange, do: chats(3, false)},
		{name: "stream that only the client fills", chat: func(stream grpc.ServerStream) error {
			for {
				if err := stream.RecvMsg(new(wrapperspb.StringValue)); err != nil {
					return stream.SendMsg(wrapperspb.String("got it"))
				}
			}
		}, do: func(ctx context.Context, conn *grpc.ClientConn) {
			stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true}, "/test.Echo/Collect")
			for range 5 {
				err = errors.Join(err, stream.SendMsg(wrapperspb.String("hello")))
			}
			_ = errors.Join(err, stream.CloseSend(), stream.RecvMsg(new(wrapperspb.StringValue)))
		}},
		{name: "stream that only the server fills", chat: func(stream grpc.ServerStream) error {
			err := stream.RecvMsg(new(wrapperspb.StringValue))
			for range 5 {
				err = errors.Join(err, stream.SendMsg(wrapperspb.String("hello")))
			}
			return err
		}, do: func(ctx context.Context, conn *grpc.ClientConn) {
			stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, "/test.Echo/List")
			err = errors.Join(err, stream.SendMsg(wrapperspb.String("hello")), stream.CloseSend())
			for err == nil {
				err = stream.RecvMsg(new(wrapperspb.StringValue))
			}
		}},
		{name: "disconnected", chat: exchange, do: func(ctx context.Context, conn *grpc.ClientConn) {
			stream, err := conn.NewStream(ctx, bidi, "/test.Echo/Chat")
			_ = errors.Join(err, stream.SendMsg(wrapperspb.String("hello")), stream.RecvMsg(new(wrapperspb.StringValue)))
			conn.Close()
		}},

		{name: "traced by the client", do: func(ctx context.Context, conn *grpc.ClientConn) {
			bag, _ := baggage.Parse("tenant=shop;level=1")
			state, _ := trace.ParseTraceState("shop=1")
			parent := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, TraceState: state})
			_ = say(trace.ContextWithSpanContext(baggage.ContextWithBaggage(ctx, bag), parent), conn)
		}},
		{name: "not sampled by the client", do: func(ctx context.Context, conn *grpc.ClientConn) {
			parent := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}})
			_ = say(trace.ContextWithSpanContext(ctx, parent), conn)
		}},
		{name: "traceparent forwarded", do: func(ctx context.Context, conn *grpc.ClientConn) {
			_ = say(metadata.AppendToOutgoingContext(ctx, "traceparent", goodParent, "Traceparent", goodParent, "other", "1"), conn)
		}},
		{name: "not reached", refuse: 1 << 30, sides: []string{"client"}},
		{name: "never reached", refuse: 1 << 30, do: func(ctx context.Context, conn *grpc.ClientConn) {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			_ = say(ctx, conn, grpc.WaitForReady(true))
		}, sides: []string{"client"}},
		{name: "waited for", refuse: 2, do: func(ctx context.Context, conn *grpc.ClientConn) {
			_ = say(ctx, conn, grpc.WaitForReady(true))
		}, client: []grpc.DialOption{grpc.WithConnectParams(grpc.ConnectParams{Backoff: backoff.Config{BaseDelay: time.Second, Multiplier: 1, MaxDelay: time.Second}})}, sides: []string{"client"}},
		{name: "retried", say: func(ctx context.Context) error {
			if before := metadata.ValueFromIncomingContext(ctx, "grpc-previous-rpc-attempts"); !slices.Equal(before, []string{"2"}) {
				return status.Error(codes.Unavailable, "later")
			}
			return nil
		}, client: []grpc.DialOption{grpc.WithDefaultServiceConfig(`{"methodConfig": [{"name": [{}], "retryPolicy": {
			"maxAttempts": 4, "initialBackoff": "0.1s", "maxBackoff": "0.1s", "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]}}]}`)}},
		{name: "cancelled", say: func(ctx context.Context) error { return outlive(ctx, codes.Canceled) }, do: func(ctx context.Context, conn *grpc.ClientConn) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			_ = say(ctx, conn)
		}},
		{name: "too late", say: func(ctx context.Context) error { return outlive(ctx, codes.DeadlineExceeded) }, do: func(ctx context.Context, conn *grpc.ClientConn) {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			_ = say(ctx, conn)
		}, message: regexp.MustCompile(`stream terminated by RST_STREAM with error code: CANCEL|context deadline exceeded`)},
		{name: "stream cancelled", chat: func(stream grpc.ServerStream) error { return outlive(stream.Context(), codes.Canceled) }, do: func(ctx context.Context, conn *grpc.ClientConn) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			stream, err := conn.NewStream(ctx, bidi, "/test.Echo/Chat")
			_ = errors.Join(err, stream.RecvMsg(new(wrapperspb.StringValue)))
		}},
		{name: "cancelled before", do: func(ctx context.Context, conn *grpc.ClientConn) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			_ = say(ctx, conn)
		}, sides: []string{"client"}},
		{name: "closed before", do: func(ctx context.Context, conn *grpc.ClientConn) {
			conn.Close()
			_ = say(ctx, conn)
		}, sides: []string{"client"}},
		{name: "no credentials", client: []grpc.DialOption{grpc.WithPerRPCCredentials(sentAsItIs{fail: errors.New("no token")})}, sides: []string{"client"}},
	}
	for code := range codes.Code(18) {
		cases = append(cases, grpcCase{name: fmt.Sprintf("code %d", code), say: func(context.Context) error { return status.Error(code, "no") }})
	}
	cases = append(cases, grpcCase{name: "code 99", say: func(context.Context) error { return status.Error(99, "no") }})
	return append(cases, headerCases()...)
}

// headerCases are calls with trace context and baggage of all sorts.
func headerCases() []grpcCase {
	cases := []grpcCase{}
	for name, headers := range map[string][][2]string{
		"good":                   {{"traceparent", goodParent}},
		"good, with state":       {{"traceparent", goodParent}, {"tracestate", "shop=1,other=2"}, {"baggage", "tenant=shop;p=1"}},
		"not sampled":            {{"traceparent", strings.TrimSuffix(goodParent, "01") + "00"}, {"tracestate", "shop=1"}},
		"random":                 {{"traceparent", strings.TrimSuffix(goodParent, "01") + "03"}},
		"reserved flags":         {{"traceparent", strings.TrimSuffix(goodParent, "01") + "ff"}},
		"newer":                  {{"traceparent", "01" + strings.TrimPrefix(goodParent, "00") + "-more"}},
		"version ff":             {{"traceparent", "ff" + strings.TrimPrefix(goodParent, "00")}},
		"capitals":               {{"traceparent", strings.ToUpper(goodParent)}},
		"no trace":               {{"traceparent", "00-00000000000000000000000000000000-b7ad6b7169203331-01"}},
		"no span":                {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"}},
		"garbage":                {{"traceparent", "hello"}, {"tracestate", "=,=;"}, {"baggage", "%%;;==,"}},
		"empty":                  {{"traceparent", ""}, {"tracestate", ""}, {"baggage", ""}},
		"binary":                 {{"traceparent", "00-\x00\xff\x80"}, {"tracestate", "\x00\xff"}, {"baggage", "a=\x80\xff"}},
		"binary state":           {{"traceparent", goodParent}, {"tracestate", "shop=\x01\xff"}},
		"binary key":             {{"traceparent-bin", goodParent}, {"grpc-trace-bin", "\x00\x01\x02"}},
		"twice":                  {{"traceparent", goodParent}, {"traceparent", strings.Replace(goodParent, "0af7", "1111", 1)}},
		"twice, the first bad":   {{"traceparent", "hello"}, {"traceparent", goodParent}},
		"states":                 {{"traceparent", goodParent}, {"tracestate", "shop=1"}, {"tracestate", "other=2"}},
		"state alone":            {{"tracestate", "shop=1"}},
		"bags":                   {{"baggage", "tenant=shop"}, {"baggage", "order=7"}},
		"bag alone":              {{"baggage", "tenant=shop"}},
		"long parent":            {{"traceparent", goodParent + strings.Repeat("-00", 1000)}},
		"long state":             {{"traceparent", goodParent}, {"tracestate", "shop=" + strings.Repeat("a", 5000)}},
		"many states":            {{"traceparent", goodParent}, {"tracestate", strings.TrimSuffix(strings.Repeat("a=1,", 40), ",")}},
		"long bag":               {{"baggage", "tenant=" + strings.Repeat("a", 9000)}},
		"a bag of many":          {{"baggage", strings.TrimSuffix(strings.Repeat("a=1,", 200), ",")}},
		"a bag with odd letters": {{"baggage", "tenant=caf%C3%A9, bad=%ff, worse=%zz"}},
	} {
		cases = append(cases, grpcCase{name: "headers: " + name, headers: headers, sides: []string{"server"}})
	}
	slices.SortFunc(cases, func(a, b grpcCase) int { return strings.Compare(a.name, b.name) })
	return cases
}

var bidi = &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}

func call(ctx context.Context, conn *grpc.ClientConn, method string, options ...grpc.CallOption) error {
	defer synctest.Wait() // until the server has done with it
	return conn.Invoke(ctx, method, wrapperspb.String("hello"), new(wrapperspb.StringValue), options...)
}

func say(ctx context.Context, conn *grpc.ClientConn, options ...grpc.CallOption) error {
	return call(ctx, conn, "/test.Echo/Say", options...)
}

// asks calls a method, and sends nothing before the answer is there. If it came while
// something is sent, gRPC might tell its handlers of an end without an error.
func asks(method string) func(context.Context, *grpc.ClientConn) {
	return func(ctx context.Context, conn *grpc.ClientConn) {
		stream, err := conn.NewStream(ctx, bidi, method)
		synctest.Wait()
		_ = errors.Join(err, stream.RecvMsg(new(wrapperspb.StringValue)))
	}
}

// chats sends n messages and reads as many, then to the end unless the client leaves.
func chats(n int, stay bool) func(context.Context, *grpc.ClientConn) {
	return func(ctx context.Context, conn *grpc.ClientConn) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		stream, err := conn.NewStream(ctx, bidi, "/test.Echo/Chat")
		for i := 0; i < n && err == nil; i++ {
			_ = stream.SendMsg(wrapperspb.String("hello")) // it is RecvMsg that tells why not
			err = stream.RecvMsg(new(wrapperspb.StringValue))
		}
		if stay && err == nil {
			_ = stream.CloseSend()
			_ = stream.RecvMsg(new(wrapperspb.StringValue))
		}
	}
}

// exchange answers each message.
func exchange(stream grpc.ServerStream) error {
	m := new(wrapperspb.StringValue)
	for {
		if err := stream.RecvMsg(m); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := stream.SendMsg(m); err != nil {
			return err
		}
	}
}

// outlive returns code when the caller has long gone.
func outlive(ctx context.Context, code codes.Code) error {
	<-ctx.Done()
	time.Sleep(time.Second)
	return status.Error(code, "gone")
}

// sentAsItIs is metadata that gRPC does not check before it is sent.
type sentAsItIs struct {
	headers [][2]string
	fail    error
}

func (s sentAsItIs) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	headers := make(map[string]string)
	for _, h := range s.headers {
		headers[h[0]] = h[1]
	}
	return headers, s.fail
}

func (sentAsItIs) RequireTransportSecurity() bool { return false }

// facts are what can be told apart, by name.
type facts map[string]string

// recorder is where a run's spans and metrics go, and what its handlers see.
type recorder struct {
	tp     *sdktrace.TracerProvider
	mp     *sdkmetric.MeterProvider
	spans  *tracetest.InMemoryExporter
	reader *sdkmetric.ManualReader

	mu   sync.Mutex
	seen facts
}

func newRecorder() *recorder {
	r := &recorder{spans: tracetest.NewInMemoryExporter(), reader: sdkmetric.NewManualReader(), seen: facts{}}
	r.tp = sdktrace.NewTracerProvider(sdktrace.WithSyncer(r.spans), sdktrace.WithIDGenerator(new(counter)), sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.AlwaysSample())))
	r.mp = sdkmetric.NewMeterProvider(sdkmetric.WithReader(r.reader))
	return r
}

// counter hands out IDs in order.
type counter struct{ n atomic.Uint64 }

func (c *counter) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	id := c.NewSpanID(ctx, trace.TraceID{})
	return trace.TraceID{0: 0xff, 8: id[0], 15: id[7]}, id
}

func (c *counter) NewSpanID(context.Context, trace.TraceID) (id trace.SpanID) {
	binary.BigEndian.PutUint64(id[:], c.n.Add(1))
	return id
}

// see records what a handler sees.
func (r *recorder) see(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range []string{"traceparent", "tracestate", "baggage"} {
		r.seen["received "+key] += fmt.Sprintf("%q", metadata.ValueFromIncomingContext(ctx, key))
	}
	r.seen["handler span"] += describe(trace.SpanContextFromContext(ctx)) + ";"
	members := strings.Split(baggage.FromContext(ctx).String(), ",")
	slices.Sort(members) // it has no order
	r.seen["handler baggage"] += strings.Join(members, ",")
}

func describe(c trace.SpanContext) string {
	return fmt.Sprintf("%s-%s-%s %q remote %v", c.TraceID(), c.SpanID(), c.TraceFlags(), c.TraceState(), c.IsRemote())
}

// facts returns all there is to compare.
func (r *recorder) facts(t *testing.T) facts {
	t.Helper()
	got := maps.Clone(r.seen)
	ended := r.spans.GetSpans()
	got["spans"] = fmt.Sprint(len(ended))
	for i, s := range ended {
		span := fmt.Sprintf("span %d ", i)
		got[span+"name"] = s.Name
		got[span+"kind"] = s.SpanKind.String()
		got[span+"context"] = describe(s.SpanContext)
		got[span+"parent"] = describe(s.Parent)
		got[span+"status"] = s.Status.Code.String() + " " + s.Status.Description
		got[span+"duration"] = s.EndTime.Sub(s.StartTime).String()
		got[span+"children"] = fmt.Sprint(s.ChildSpanCount)
		got[span+"dropped"] = fmt.Sprint(s.DroppedAttributes, s.DroppedEvents, s.DroppedLinks)
		got[span+"scope"] = strings.Join([]string{s.InstrumentationScope.Name, s.InstrumentationScope.Version, s.InstrumentationScope.SchemaURL}, " ")
		got.attributes(span, s.Attributes)
		for j, e := range s.Events {
			got[fmt.Sprintf("%sevent %d", span, j)] = e.Name
			got.attributes(fmt.Sprintf("%sevent %d ", span, j), e.Attributes)
		}
		for j, l := range s.Links {
			got[fmt.Sprintf("%slink %d", span, j)] = describe(l.SpanContext)
			got.attributes(fmt.Sprintf("%slink %d ", span, j), l.Attributes)
		}
	}
	var all metricdata.ResourceMetrics
	if err := r.reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			name := "metric " + m.Name + " "
			got[name+"scope"] = strings.Join([]string{scope.Scope.Name, scope.Scope.Version, scope.Scope.SchemaURL}, " ")
			got[name+"unit"], got[name+"description"] = m.Unit, m.Description
			data := m.Data.(metricdata.Histogram[float64])
			got[name+"temporality"] = data.Temporality.String()
			order := func(p metricdata.HistogramDataPoint[float64]) string {
				method, _ := p.Attributes.Value("rpc.method")
				code, _ := p.Attributes.Value("rpc.response.status_code")
				return method.AsString() + code.AsString()
			}
			slices.SortFunc(data.DataPoints, func(a, b metricdata.HistogramDataPoint[float64]) int { return strings.Compare(order(a), order(b)) })
			for i, p := range data.DataPoints {
				point := fmt.Sprintf("%spoint %d ", name, i)
				got[point+"value"] = fmt.Sprint(p.Count, p.Sum, p.Bounds, p.BucketCounts)
				got.attributes(point, p.Attributes.ToSlice())
				for j, e := range p.Exemplars {
					if p.Count > 1 {
						break // the SDK chooses at random
					}
					got[fmt.Sprintf("%sexemplar %d", point, j)] = fmt.Sprintf("%v %x %x %v", e.Value, e.TraceID, e.SpanID, e.FilteredAttributes)
				}
			}
		}
	}
	return got
}

func (f facts) attributes(of string, list []attribute.KeyValue) {
	for _, a := range list {
		f[of+"attribute "+string(a.Key)] = a.Value.Type().String() + " " + a.Value.String()
	}
}

func union(a, b facts) facts {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func orNone(f facts, key string) string {
	if value, ok := f[key]; ok {
		return value
	}
	return "-"
}

// run does c once, with the telemetry of one side.
func (c grpcCase) run(t *testing.T, server, client func(*recorder) stats.Handler) facts {
	t.Helper()
	r := newRecorder()
	listener := bufconn.Listen(64 << 10)
	options := append([]grpc.ServerOption{grpc.UnaryInterceptor(func(ctx context.Context, in any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (_ any, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = status.Error(codes.Internal, "panic")
			}
		}()
		return next(ctx, in)
	})}, c.server...)
	if server != nil {
		options = append(options, grpc.StatsHandler(server(r)))
	}
	s := grpc.NewServer(options...)
	s.RegisterService(&grpc.ServiceDesc{
		ServiceName: "test.Echo",
		HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{MethodName: "Say", Handler: func(_ any, ctx context.Context, decode func(any) error, through grpc.UnaryServerInterceptor) (any, error) {
			in := new(wrapperspb.StringValue)
			if err := decode(in); err != nil {
				return nil, err
			}
			return through(ctx, in, nil, func(ctx context.Context, in any) (any, error) {
				r.see(ctx)
				if c.say == nil {
					return in, nil
				}
				return in, c.say(ctx)
			})
		}}},
		Streams: []grpc.StreamDesc{
			{StreamName: "Chat", ServerStreams: true, ClientStreams: true, Handler: func(_ any, stream grpc.ServerStream) error { r.see(stream.Context()); return c.chat(stream) }},
			{StreamName: "Collect", ClientStreams: true, Handler: func(_ any, stream grpc.ServerStream) error { return c.chat(stream) }},
			{StreamName: "List", ServerStreams: true, Handler: func(_ any, stream grpc.ServerStream) error { return c.chat(stream) }},
		},
	}, c)
	grpc_health_v1.RegisterHealthServer(s, health.NewServer())
	go func() { _ = s.Serve(listener) }()

	refuse := c.refuse
	dials := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			if refuse > 0 {
				refuse--
				return nil, errors.New("down")
			}
			return listener.DialContext(ctx)
		}),
	}
	for i := range c.headers {
		dials = append(dials, grpc.WithPerRPCCredentials(sentAsItIs{headers: c.headers[i : i+1]}))
	}
	if client != nil {
		dials = append(dials, grpc.WithStatsHandler(client(r)))
	}
	conn, err := grpc.NewClient("passthrough:///echo.example:9443", append(dials, c.client...)...)
	if err != nil {
		t.Fatal(err)
	}
	if c.do != nil {
		c.do(t.Context(), conn)
	} else {
		_ = say(t.Context(), conn)
	}
	synctest.Wait()
	conn.Close()
	s.GracefulStop()
	synctest.Wait()
	got := r.facts(t)
	if status, ok := got["span 0 status"]; ok && c.message != nil {
		got["span 0 status"] = c.message.ReplaceAllString(status, "either")
	}
	return got
}

func TestGRPC(t *testing.T) {
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {})) // of bad headers
	t.Setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "")
	used := make([]bool, len(grpcAllowed))
	propagator := propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})
	for _, side := range []string{"client", "server"} {
		for _, caller := range []string{"friend", "stranger"} {
			if side == "client" && caller == "stranger" {
				continue
			}
			trusted := caller == "friend"
			theirs := func(r *recorder) stats.Handler {
				options := []otelgrpc.Option{otelgrpc.WithTracerProvider(r.tp), otelgrpc.WithMeterProvider(r.mp), otelgrpc.WithPropagators(propagator)}
				if side == "client" {
					return otelgrpc.NewClientHandler(options...)
				}
				return otelgrpc.NewServerHandler(append(options, otelgrpc.WithFilter(filters.Not(filters.HealthCheck())),
					otelgrpc.WithPublicEndpointFn(func(context.Context, *stats.RPCTagInfo) bool { return !trusted }))...)
			}
			ours := func(r *recorder) stats.Handler {
				var h stats.Handler
				var err error
				if side == "client" {
					h, err = instrument.GRPCClient(r.tp, r.mp)
				} else {
					h, err = instrument.GRPCServer(r.tp, r.mp, func(context.Context) bool { return trusted })
				}
				if err != nil {
					t.Fatal(err)
				}
				return h
			}
			for _, c := range grpcCases() {
				if len(c.sides) > 0 && !slices.Contains(c.sides, side) {
					continue
				}
				name := side + "/" + caller + "/" + c.name
				t.Run(name, func(t *testing.T) {
					run := func(with func(*recorder) stats.Handler) (got facts) {
						synctest.Test(t, func(t *testing.T) {
							if side == "client" {
								got = c.run(t, nil, with)
							} else {
								got = c.run(t, with, nil)
							}
						})
						return got
					}
					want, got := run(theirs), run(ours)
					for _, key := range slices.Sorted(maps.Keys(union(want, got))) {
						was, is := orNone(want, key), orNone(got, key)
						if was == is {
							continue
						}
						allowed := slices.IndexFunc(grpcAllowed, func(d allowedDifference) bool { return d.allows(name, key, was, is) })
						if allowed < 0 {
							t.Errorf("%s\n  otelgrpc: %s\n  ours:     %s", key, was, is)
							continue
						}
						used[allowed] = true
					}
				})
			}
		}
	}
	for i, d := range grpcAllowed {
		if !used[i] {
			t.Errorf("a difference no longer occurs: %s", d.reason)
		}
	}
}
