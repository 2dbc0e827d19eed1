//go:build linux || darwin

package golden

import (
	"testing"
	"time"
)

// testAuthorityStartedAgain: no request fails while the authority is killed and started again
// within the life of the SVIDs, and they are renewed afterwards.
func testAuthorityStartedAgain(t *testing.T, programs map[string]string) {
	w := newWorld(t, programs, 6*time.Second)
	orders, payments := w.shop(t)
	l := newLoad()
	source := w.source(t, checkoutID)
	l.add(fresh, source, ordersID, throughOrders, at(orders))
	l.add(keepHTTP1, source, ordersID, throughOrders, at(orders))
	l.add(fresh, source, paymentsID, direct, at(payments))
	l.add(keepHTTP2, source, paymentsID, direct, at(payments))
	both := []*process{orders, payments}
	for _, p := range both {
		p.awaitLogs(t, 1, "SVID rotated")
	}

	w.killAuthority(t)
	time.Sleep(time.Second) // the outage
	before := map[*process]int{}
	for _, p := range both {
		before[p] = len(p.logs("SVID rotated"))
	}
	w.startAuthority(t)
	for _, p := range both {
		serials := map[string]bool{}
		for _, r := range p.awaitLogs(t, before[p]+2, "SVID rotated") {
			serials[r.text("serial")] = true
		}
		if len(serials) < before[p]+2 {
			t.Errorf("%s: a serial came twice: %v", p.name, serials)
		}
		if overdue := p.logs("SVID is not renewed"); len(overdue) > 0 {
			t.Errorf("%s: %v", p.name, overdue)
		}
	}
	l.end(t)
}

// testAuthorityAway: a service whose SVID nobody renews is not ready before it expires, and is
// again once there is a new one.
func testAuthorityAway(t *testing.T, programs map[string]string) {
	w := newWorld(t, programs, 4*time.Second)
	payments := w.run(t, "payments")
	w.killAuthority(t)
	eventually(t, "payments is not ready", func() bool { return !payments.ready() })
	unready := time.Now()

	obtained := append(payments.logs("SVID obtained"), payments.logs("SVID rotated")...)
	expires, err := time.Parse(time.RFC3339, obtained[len(obtained)-1].text("expires"))
	if err != nil {
		t.Fatal(err)
	}
	if !unready.Before(expires) {
		t.Errorf("not ready at %s only, and the SVID expired at %s", unready, expires)
	}
	if len(payments.awaitLogs(t, 1, "SVID is not renewed")) != 1 {
		t.Errorf("an overdue SVID is logged once:\n%s", payments.output())
	}

	time.Sleep(time.Until(expires)) // the outage outlives the SVID
	w.startAuthority(t)
	eventually(t, "payments is ready again", payments.ready)
	l := newLoad()
	l.add(fresh, w.source(t, checkoutID), paymentsID, direct, at(payments))
	l.flows(t, enough)
	l.end(t)
}
