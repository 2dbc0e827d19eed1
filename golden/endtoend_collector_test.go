//go:build linux || darwin

package golden

import (
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

// withCollector: whatever becomes of the collector at endpoint, no request fails, what is lost
// is counted and said once, and the service ends within the budget of its telemetry.
func withCollector(t *testing.T, programs map[string]string, endpoint string, meanwhile func()) {
	t.Helper()
	w := newWorld(t, programs, 0)
	orders, payments := w.shop(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+endpoint,
		"OTEL_BSP_MAX_QUEUE_SIZE=32", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE=16",
		"OTEL_BLRP_MAX_QUEUE_SIZE=32", "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE=16")
	l := newLoad()
	source := w.source(t, checkoutID)
	l.add(fresh, source, ordersID, throughOrders, at(orders))
	l.add(keepHTTP1, source, ordersID, throughOrders, at(orders))
	l.add(keepHTTP2, source, paymentsID, direct, at(payments))
	l.flows(t, 50)
	orders.awaitLogs(t, 1, "telemetry dropped")
	payments.awaitLogs(t, 2, "telemetry dropped") // traces and logs
	meanwhile()
	l.end(t)

	both := []*process{orders, payments}
	for _, p := range both {
		// Nothing is in flight, so that the drain takes no time.
		if code := p.terminate(t, telemetryBudget+slack); code < 0 {
			t.Errorf("%s was killed", p.name)
		}
		told := map[string]int{}
		for _, r := range p.logs("telemetry dropped") {
			told[r.text("signal")+" "+r.text("reason")]++
			if n, _ := r["dropped"].(float64); n < 1 {
				t.Errorf("%s: %v is not counted", p.name, r)
			}
		}
		for what, n := range told {
			if n > 1 {
				t.Errorf("%s said %d times that it drops: %s", p.name, n, what)
			}
		}
		if told["traces shutdown"] != 1 {
			t.Errorf("%s did not say what was lost at its end: %v", p.name, told)
		}
	}
}

func testCollectorRefuses(t *testing.T, programs map[string]string) {
	withCollector(t, programs, "http://"+free(t), func() {})
}

// testCollectorSlow: the collector answers after 3 s. It is told what was dropped.
func testCollectorSlow(t *testing.T, programs map[string]string) {
	const delay = 3 * time.Second
	var told atomic.Bool
	server := grpc.NewServer(grpc.UnknownServiceHandler(func(_ any, s grpc.ServerStream) error {
		method, _ := grpc.MethodFromServerStream(s)
		request := proto.Message(new(emptypb.Empty)) // which takes any message, and keeps it unread
		if strings.Contains(method, "Metrics") {
			request = new(metricspb.ExportMetricsServiceRequest)
		}
		if err := s.RecvMsg(request); err != nil {
			return err
		}
		if strings.Contains(fmt.Sprint(request), `"telemetry.dropped"`) {
			told.Store(true)
		}
		select {
		case <-time.After(delay):
			return s.SendMsg(new(emptypb.Empty))
		case <-s.Context().Done():
			return s.Context().Err()
		}
	}))
	defer server.Stop()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(l) }() // until Stop
	withCollector(t, programs, "http://"+l.Addr().String(), func() {
		eventually(t, "the collector is told of drops", told.Load)
	})
}

// testCollectorSilent: the collector accepts connections and never says a word.
func testCollectorSilent(t *testing.T, programs map[string]string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer conn.Close() // at the end of all
		}
	}()
	defer func() {
		l.Close()
		<-done
	}()
	withCollector(t, programs, "http://"+l.Addr().String(), func() {})
}
