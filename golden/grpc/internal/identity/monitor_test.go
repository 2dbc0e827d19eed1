package identity_test

import (
	"context"
	"crypto/x509"
	"io"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/acme/stock/internal/identity"
	"example.com/acme/stock/internal/identity/identitytest"
)

func TestRotation(t *testing.T) {
	identitytest.Bubble(t, func(t *testing.T) {
		ca := identitytest.NewCA(t, "acme.example")
		first, second := ca.SVID(serverID, time.Hour), ca.SVID(serverID, 2*time.Hour)
		src := identitytest.NewSource(first, ca.Bundle())
		var log logBuffer
		counts := newMeter()
		monitor, err := identity.NewMonitor(src, recorder(&log), counts)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		defer synctest.Wait() // Run ends
		defer stop()
		go monitor.Run(ctx)
		synctest.Wait()
		expect(t, &log, `msg="SVID obtained"`, "serial="+first.Certificates[0].SerialNumber.Text(16))

		src.SetBundles(ca.Bundle())
		synctest.Wait()
		if record := log.take(); record != "" {
			t.Errorf("an update of bundles was recorded:\n%s", record)
		}

		src.Rotate(second)
		synctest.Wait()
		expect(t, &log, `msg="SVID rotated"`,
			"old_serial="+first.Certificates[0].SerialNumber.Text(16),
			"old_expires="+first.Certificates[0].NotAfter.Format("2006-01-02T15:04:05.000Z"),
			" serial="+second.Certificates[0].SerialNumber.Text(16),
			" expires="+second.Certificates[0].NotAfter.Format("2006-01-02T15:04:05.000Z"))
		left, err := counts.gauge("spiffe.svid.time_left")
		if err != nil || math.Abs(left-7200) > 1 {
			t.Errorf("gauge: want 7200 s, got %v, %v", left, err)
		}

		time.Sleep(2*time.Hour - time.Minute)
		synctest.Wait()
		expect(t, &log, `level=ERROR msg="SVID is not renewed"`)

		src.Rotate(nil)
		synctest.Wait()
		expect(t, &log, `level=ERROR msg="no SVID"`)
		if monitor.Ready() == nil {
			t.Error("ready without an SVID")
		}
	})
}

// expect wants one record with these parts in log, and empties it.
func expect(t *testing.T, log *logBuffer, parts ...string) {
	t.Helper()
	record := log.take()
	if n := strings.Count(record, "\n"); n != 1 {
		t.Errorf("want one record, got %d:\n%s", n, record)
	}
	for _, part := range parts {
		if !strings.Contains(record, part) {
			t.Errorf("record lacks %s:\n%s", part, record)
		}
	}
}

// TestClockBehind: an SVID that came while the clock was behind is good once the clock is right.
func TestClockBehind(t *testing.T) {
	identitytest.Bubble(t, func(t *testing.T) {
		ca := identitytest.NewCA(t, "acme.example")
		early := ca.SVID(serverID, time.Hour+time.Minute, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) })
		monitor, err := identity.NewMonitor(identitytest.NewSource(early, ca.Bundle()), recorder(io.Discard), newMeter())
		if err != nil {
			t.Fatal(err)
		}
		if err := monitor.Ready(); err == nil || !strings.Contains(err.Error(), "the clock is behind") {
			t.Errorf("got %v, want not ready as the clock is behind", err)
		}
		time.Sleep(time.Hour)
		if err := monitor.Ready(); err != nil {
			t.Error(err)
		}
	})
}

// TestReady renews an SVID at half of its life for a while, and then no more.
func TestReady(t *testing.T) {
	for _, ttl := range []time.Duration{3 * time.Second, time.Minute, time.Hour, 24 * time.Hour} {
		t.Run(ttl.String(), func(t *testing.T) {
			identitytest.Bubble(t, func(t *testing.T) {
				ca := identitytest.NewCA(t, "acme.example")
				src := identitytest.NewSource(ca.SVID(serverID, ttl), ca.Bundle())
				monitor, err := identity.NewMonitor(src, recorder(io.Discard), newMeter())
				if err != nil {
					t.Fatal(err)
				}
				for range 3 {
					for range 60 { // renewal comes at 60 %, somewhat late
						if err := monitor.Ready(); err != nil {
							t.Fatalf("not ready, though renewed: %v", err)
						}
						time.Sleep(ttl / 100)
					}
					src.Rotate(ca.SVID(serverID, ttl))
				}
				svid, err := src.GetX509SVID()
				if err != nil {
					t.Fatal(err)
				}
				for monitor.Ready() == nil {
					time.Sleep(ttl / 1000)
				}
				left := time.Until(svid.Certificates[0].NotAfter)
				if left <= 0 || left > ttl/5 {
					t.Errorf("not ready with %s left of %s, want some, and at most a fifth", left, ttl)
				}
				src.Rotate(ca.SVID(serverID, ttl))
				if err := monitor.Ready(); err != nil {
					t.Errorf("not ready after a late renewal: %v", err)
				}
			})
		})
	}
}
