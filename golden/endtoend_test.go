//go:build linux || darwin

package golden

import (
	"net"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestEndToEnd runs two services as their owners get them, orders that calls payments, against
// the authority and the collector of gen dev, and holds them to what is promised of a service.
func TestEndToEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs services")
	}
	programs := buildShop(t)
	withoutSocket := startWithoutSocket(t, programs)
	t.Run("services", func(t *testing.T) {
		t.Run("faults", func(t *testing.T) { // first, as it takes longest
			t.Parallel()
			testFaults(t, programs)
		})
		for name, test := range map[string]func(*testing.T, map[string]string){
			"rotation":                testRotation,
			"termination":             testTermination,
			"authority started again": testAuthorityStartedAgain,
			"authority away":          testAuthorityAway,
			"collector refuses":       testCollectorRefuses,
			"collector slow":          testCollectorSlow,
			"collector silent":        testCollectorSilent,
			"trace":                   testTrace,
			"sampling":                testSampling,
			"refusals":                testRefusals,
			"connection ends":         testConnectionEnds,
			"second signal":           testSecondSignal,
			"failed starts":           testFailedStarts,
			"command line":            testCommandLine,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, programs)
			})
		}
	})
	t.Run("no socket", withoutSocket)
}

// testRotation: no request fails while the SVIDs of both services are renewed.
func testRotation(t *testing.T, programs map[string]string) {
	w := newWorld(t, programs, 4*time.Second)
	orders, payments := w.shop(t)
	l := newLoad()
	source := w.source(t, checkoutID)
	for _, kind := range []connections{fresh, keepHTTP1, keepHTTP2} {
		l.add(kind, source, ordersID, throughOrders, at(orders))
		l.add(kind, source, paymentsID, direct, at(payments))
	}
	l.add(busyHTTP2, source, ordersID, direct, at(orders))
	l.add(busyHTTP2, source, paymentsID, direct, at(payments))
	const rotations = 3
	for _, p := range []*process{orders, payments} {
		serials := map[string]bool{}
		for _, r := range p.awaitLogs(t, rotations, "SVID rotated") {
			serials[r.text("serial")] = true
		}
		if len(serials) < rotations {
			t.Errorf("%s: %d new serials, want %d", p.name, len(serials), rotations)
		}
	}
	l.end(t)
	for _, p := range []*process{orders, payments} {
		if code := p.terminate(t, drainTimeout+telemetryBudget+slack); code != 0 {
			t.Errorf("%s exited with %d\n%s", p.name, code, p.output())
		}
	}
}

// testTermination: no request fails when one of two replicas is told to end.
func testTermination(t *testing.T, programs map[string]string) {
	const lameDuck = 500 * time.Millisecond // longer than the 100 ms between two looks of the balancer
	w := newWorld(t, programs, 0)
	settings := "LAME_DUCK=" + lameDuck.String()
	payments, otherPayments := w.run(t, "payments", settings), w.run(t, "payments", settings)
	held := w.run(t, "payments")
	orders, otherOrders := w.run(t, "orders", append(calls(held), settings)...), w.run(t, "orders", append(calls(otherPayments), settings)...)
	l := newLoad()
	source := w.source(t, checkoutID)
	anyOrders, anyPayments := l.balance(orders, otherOrders), l.balance(payments, otherPayments)
	for _, kind := range []connections{fresh, keepHTTP1, keepHTTP2} {
		l.add(kind, source, ordersID, throughOrders, anyOrders)
		l.add(kind, source, paymentsID, direct, anyPayments)
	}
	l.add(busyHTTP2, source, paymentsID, direct, anyPayments)
	l.flows(t, enough)
	held.signal(t, syscall.SIGSTOP) // so that requests to orders are in flight when it drains
	start := time.Now()
	orders.signal(t, syscall.SIGTERM)
	payments.signal(t, syscall.SIGTERM)
	eventually(t, "orders accepts nothing new", func() bool {
		conn, err := net.Dial("tcp", strings.TrimPrefix(orders.url, "https://"))
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	held.signal(t, syscall.SIGCONT)
	for _, p := range []*process{orders, payments} {
		if code := p.exit(t, start, lameDuck+drainTimeout+telemetryBudget+slack); code != 0 {
			t.Errorf("%s exited with %d\n%s", p.name, code, p.output())
		}
		if p.ended.Sub(start) < lameDuck {
			t.Errorf("%s ended %s after the signal, within its lame duck", p.name, p.ended.Sub(start))
		}
	}
	l.end(t)
}
