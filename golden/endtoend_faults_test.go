//go:build linux || darwin

package golden

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

// everyKind says that by design some requests of every kind fail.
var everyKind = []string{""}

// faults are what happens to a stage, one after the other. One that costs a lease comes early:
// the lease is over when the others are.
func faults(pause time.Duration, rotations int) []fault {
	sleep := func() { time.Sleep(pause) }
	collector := func(p passage) fault {
		return fault{name: "collector " + string(p), happen: func(t *testing.T, s *stage) string {
			s.collector.set(t, p)
			sleep()
			s.collector.set(t, opened)
			return ""
		}}
	}
	return []fault{
		{name: "broker away", happen: func(t *testing.T, s *stage) string {
			s.broker.stop()
			sleep()
			s.broker.run(t)
			return ""
		}},
		{name: "broker silent", happen: func(t *testing.T, s *stage) string {
			s.broker.gate.set(t, silent)
			sleep()
			s.broker.gate.set(t, opened)
			return ""
		}},
		{name: "database away", database: true, happen: func(t *testing.T, s *stage) string {
			s.database.gate.set(t, refused)
			sleep()
			s.database.gate.set(t, opened)
			return ""
		}},
		{name: "database silent", database: true, happen: func(t *testing.T, s *stage) string {
			s.database.gate.set(t, silent)
			sleep()
			s.database.gate.set(t, opened)
			return ""
		}},
		{name: fmt.Sprintf("rotation, %d times", rotations), happen: func(t *testing.T, s *stage) string { s.rotate(t, rotations); return "" }},
		{name: "SIGTERM, orders", happen: func(t *testing.T, s *stage) string { return s.replace(t, s.orders) }},
		{name: "SIGTERM, payments", happen: func(t *testing.T, s *stage) string { return s.replace(t, s.payments) }},
		{name: "SIGTERM, mailer", happen: func(t *testing.T, s *stage) string { return s.replace(t, s.mailer) }},
		{name: "SIGTERM, ledger", database: true, happen: func(t *testing.T, s *stage) string { return s.replace(t, s.ledger) }},
		{name: "authority killed, stale socket", happen: func(t *testing.T, s *stage) string {
			s.killAuthority(t)
			// An SVID is renewed at half of its life and overdue when a sixth is left. A service
			// that has lost the socket tries again after a second.
			time.Sleep(min(pause, s.lifetime/3-1300*time.Millisecond))
			s.startAuthority(t)
			s.rotate(t, 1)
			return ""
		}},
		{name: "entry deleted", happen: entryDeleted},
		{name: "authority rotated and revoked", happen: authorityRevoked},
		collector(refused), collector(silent), collector(slow),
		{name: "authority away for longer than an SVID lives", byDesign: everyKind, happen: func(t *testing.T, s *stage) string {
			s.killAuthority(t)
			for _, p := range s.processes() {
				time.Sleep(time.Until(p.expires(t)))
			}
			s.startAuthority(t)
			return ""
		}},
		{name: "suspended for longer than an SVID lives", byDesign: everyKind, happen: func(t *testing.T, s *stage) string {
			p := s.payments.oldest()
			p.signal(t, syscall.SIGSTOP)
			time.Sleep(time.Until(p.expires(t)))
			p.signal(t, syscall.SIGCONT)
			return ""
		}},
		{name: "SIGKILL, payments", soak: true, byDesign: everyKind, happen: func(t *testing.T, s *stage) string { return s.kill(t, s.payments) }},
		{name: "SIGKILL, mailer", soak: true, happen: func(t *testing.T, s *stage) string { return s.kill(t, s.mailer) }},
		{name: "SIGKILL, ledger", soak: true, database: true, happen: func(t *testing.T, s *stage) string { return s.kill(t, s.ledger) }},
	}
}

// rotate waits until every service has another SVID, n times.
func (s *stage) rotate(t *testing.T, n int) {
	t.Helper()
	serials := func(p *replica) map[string]bool {
		serials := map[string]bool{}
		for _, r := range p.logs("SVID rotated") {
			serials[r.text("serial")] = true
		}
		return serials
	}
	before := map[*replica]int{}
	for _, p := range s.processes() {
		before[p] = len(serials(p))
	}
	s.within(t, time.Duration(n)*s.lifetime+patience, "every service has another SVID", func() bool {
		for p, had := range before {
			if len(serials(p)) < had+n {
				return false
			}
		}
		return true
	})
}

// replace runs another replica and asks the oldest to end, as a rolling update does.
func (s *stage) replace(t *testing.T, r *replicas) string {
	t.Helper()
	s.start(t, r, 1)
	old := r.oldest()
	start := old.signal(t, syscall.SIGTERM)
	if code := old.exit(t, start, lameDuck+drainTimeout+telemetryBudget+slack); code != 0 {
		t.Errorf("%s exited with %d\n%s", r.name, code, old.output())
	}
	r.forget(old)
	return fmt.Sprintf("ended after %.1f s", old.ended.Sub(start).Seconds())
}

// kill ends the oldest replica at once; another one starts.
func (s *stage) kill(t *testing.T, r *replicas) string {
	t.Helper()
	old := r.oldest()
	old.signal(t, syscall.SIGKILL)
	<-old.done
	r.forget(old)
	s.start(t, r, 1)
	return ""
}

// expires returns when the SVID that a service has now expires.
func (p *process) expires(t *testing.T) time.Time {
	t.Helper()
	obtained := append(p.logs("SVID obtained"), p.logs("SVID rotated")...)
	expires, err := time.Parse(time.RFC3339, obtained[len(obtained)-1].text("expires"))
	if err != nil {
		t.Fatal(err)
	}
	return expires
}

// entryDeleted: a service that gets no SVID any more is not ready at once, and leaves the callers
// that it has to another replica before the one that it has expires.
func entryDeleted(t *testing.T, s *stage) string {
	p := s.payments.oldest()
	s.registry.Remove(p.handle)
	begin := time.Now()
	eventually(t, "payments is not ready", func() bool { return !p.ready() })
	told := fmt.Sprintf("not ready after %.2f s", time.Since(begin).Seconds())
	if time.Until(p.expires(t)) < 0 {
		t.Error("ready for as long as the SVID was good")
	}
	time.Sleep(time.Until(p.expires(t)))
	var err error
	if p.handle, err = s.registry.Register(p.entry); err != nil {
		t.Fatal(err)
	}
	return told
}

// authorityRevoked: a new authority takes over without a word. What the old one signed is worth
// nothing once it is revoked, on a connection that is open neither.
func authorityRevoked(t *testing.T, s *stage) string {
	thief := s.holder(t, checkoutID, time.Hour)
	p := s.payments.oldest()
	open := p.dial(t, thief)
	reader := bufio.NewReader(open)
	exchange(t, open, reader)

	old, err := s.api.Rotate(t.Context(), spiffeid.RequireTrustDomainFromString(shopDomain))
	if err != nil {
		t.Fatal(err)
	}
	s.rotate(t, 1)
	time.Sleep(s.lifetime) // connections with SVIDs of the old authority end
	a, _ := s.registry.Authority(spiffeid.RequireTrustDomainFromString(shopDomain))
	if err := a.Revoke(old); err != nil {
		t.Fatal(err)
	}
	revoked := time.Now()
	var cut time.Duration
	s.within(t, patience, "an open connection of the old authority is cut", func() bool {
		cut = time.Since(revoked)
		_, err := io.WriteString(open, "GET "+direct+" HTTP/1.1\r\nHost: anyone\r\n\r\n")
		if err != nil {
			return true
		}
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			return true
		}
		_, err = io.Copy(io.Discard, response.Body)
		return err != nil
	})
	if another, err := tls.Dial("tcp", p.url[len("https://"):], keepHTTP1.transport(thief, paymentsID).TLSClientConfig); err == nil {
		if _, err = another.Read(make([]byte, 1)); err == nil {
			t.Error("an SVID of a revoked authority is let in")
		}
		another.Close()
	}
	return fmt.Sprintf("an open connection was cut after %.1f s", cut.Seconds())
}

// testFaults has everything happen that does not take long. What takes longer is in TestSoak.
func testFaults(t *testing.T, programs map[string]string) {
	const lifetime, pause, rotations = 5 * time.Second, 2 * time.Second, 1 // and many more in all
	s := newStage(t, programs, lifetime)
	s.begin(t)
	for _, f := range append(faults(pause, rotations), hostile()...) {
		if !f.soak && s.has(t, f) {
			s.suffer(t, f, false)
		}
	}
	t.Log(s.jobs(t))
}

// has reports whether there is what f needs.
func (s *stage) has(t *testing.T, f fault) bool {
	t.Helper()
	if f.database && s.database == nil {
		t.Logf("NOT TESTED, for want of a database: %s: go run ./internal/pgtest go test ./golden", f.name)
		return false
	}
	return true
}
