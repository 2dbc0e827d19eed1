package app

import (
	"context"
	"crypto/tls"
	"log/slog"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"

	"example.com/acme/payments/v2/internal/api"
	"example.com/acme/payments/v2/internal/config"
	"example.com/acme/payments/v2/internal/identity"
	"example.com/acme/payments/v2/internal/identity/identitytest"
	"example.com/acme/payments/v2/internal/ops"
)

// world is the service, running in this process with identities made in memory, and what is
// needed to call it.
type world struct {
	listeners Listeners
	ca        *identitytest.CA
	friend    spiffeid.ID // who may call everything
}

// start runs the service until the test ends.
func start(tb testing.TB) world {
	tb.Helper()
	domain := ID().TrustDomain()
	w := world{
		ca:     identitytest.NewCA(tb, domain.Name()),
		friend: spiffeid.RequireFromPath(domain, "/test/friend"),
	}
	rules := api.Access()
	for i := range rules {
		rules[i].Allow = identity.IDs(w.friend)
	}
	settings := settings(tb)
	c, _, err := config.Load(func(name string) string { return settings[name] })
	if err != nil {
		tb.Fatal(err)
	}
	if w.listeners, err = Listen(c); err != nil {
		tb.Fatal(err)
	}
	source := identitytest.NewSource(w.ca.SVID(ID().String(), time.Hour), w.ca.Bundle())
	probes := ops.NewProbes(slog.New(slog.DiscardHandler))

	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := Serve(ctx, c, source, rules, w.listeners, probes); err != nil {
			tb.Error(err)
		}
	}()
	tb.Cleanup(func() {
		cancel()
		<-done
	})
	return w
}

// client returns the TLS configuration of a client that shows svid and expects the service at
// the other end.
func (w world) client(svid *x509svid.SVID) *tls.Config {
	return identity.ClientConfig(identitytest.NewSource(svid, w.ca.Bundle()), ID())
}

// friends is a client that may call everything.
func (w world) friends() *tls.Config { return w.client(w.ca.SVID(w.friend.String(), time.Hour)) }

// strangers are clients that are refused in the handshake.
func (w world) strangers(t *testing.T) map[string]*x509svid.SVID {
	t.Helper()
	other := identitytest.NewCA(t, "another.example")
	impostor := identitytest.NewCA(t, ID().TrustDomain().Name()) // of the right name, with the wrong key
	return map[string]*x509svid.SVID{
		"stranger":                       w.ca.SVID("spiffe://"+ID().TrustDomain().Name()+"/test/stranger", time.Hour),
		"friend whose SVID has expired":  w.ca.SVID(w.friend.String(), -time.Second),
		"friend of another trust domain": other.SVID("spiffe://another.example/test/friend", time.Hour),
		"friend by a forged SVID":        impostor.SVID(w.friend.String(), time.Hour),
	}
}
