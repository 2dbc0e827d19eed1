package identity_test

import (
	"crypto/tls"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
)

// TestClientCertificates meets each certificate as a server. The ones with a reason must be
// refused for it.
func TestClientCertificates(t *testing.T) {
	acme := identitytest.NewCA(t, "acme.example")
	server := acme.SVID(serverID, time.Hour)
	all, bundles := certificates(t, acme)
	for _, test := range all {
		t.Run(test.name, func(t *testing.T) {
			src := identitytest.NewSource(server, bundles...)
			var log logBuffer
			_, err := handshake(t, serverConfig(t, src, &log, test.id()), identity.ClientConfig(identitytest.NewSource(test.svid, bundles...), src.ID()))
			judge(t, test.refused, err)
			if recorded := strings.Count(log.String(), "msg=refused"); test.refused != "" && recorded != 1 {
				t.Errorf("%d records of a refused client, want 1:\n%s", recorded, &log)
			}
		})
	}
}

// serverConfig returns the configuration of a server that admits callers, and logs to log.
func serverConfig(t *testing.T, src identity.Source, log io.Writer, callers ...spiffeid.ID) *tls.Config {
	t.Helper()
	return identity.ServerConfig(src, authorizer(t, log, noop.NewMeterProvider(), callers...))
}

// authorizer returns one whose only rule allows callers.
func authorizer(t *testing.T, log io.Writer, mp metric.MeterProvider, callers ...spiffeid.ID) *identity.Authorizer {
	t.Helper()
	access, err := identity.NewAuthorizer(identity.Rules{{Target: "GET /", Allow: identity.IDs(callers...)}}, recorder(log), mp)
	if err != nil {
		t.Fatal(err)
	}
	return access
}

func TestConfig(t *testing.T) {
	ca := identitytest.NewCA(t, "acme.example")
	server := identitytest.NewSource(ca.SVID(serverID, time.Hour), ca.Bundle())
	client := identitytest.NewSource(ca.SVID(clientID, time.Hour), ca.Bundle())
	id := spiffeid.RequireFromString(serverID)

	for _, protocol := range []string{"h2", "http/1.1"} {
		cfg := identity.ClientConfig(client, id)
		cfg.NextProtos = []string{protocol}
		state, err := handshake(t, serverConfig(t, server, io.Discard, client.ID()), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if state.Version != tls.VersionTLS13 || state.NegotiatedProtocol != protocol {
			t.Errorf("version %x, protocol %q; want 1.3 and %q", state.Version, state.NegotiatedProtocol, protocol)
		}
	}

	old := identity.ClientConfig(client, id)
	old.MinVersion, old.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	_, err := handshake(t, serverConfig(t, server, io.Discard, client.ID()), old)
	judge(t, "version", err) // TLS 1.2

	anonymous := identity.ClientConfig(client, id)
	anonymous.GetClientCertificate = nil
	_, err = handshake(t, serverConfig(t, server, io.Discard, client.ID()), anonymous)
	judge(t, "certificate", err) // without a certificate

	_, err = handshake(t, serverConfig(t, server, io.Discard), identity.ClientConfig(client, id))
	judge(t, "may not call", err) // nobody admitted
}

// TestResumption gives the client a session cache, which go-spiffe's own configuration would
// let round the authorizer.
func TestResumption(t *testing.T) {
	ca := identitytest.NewCA(t, "acme.example")
	src := identitytest.NewSource(ca.SVID(serverID, time.Hour), ca.Bundle())
	peer := identitytest.NewSource(ca.SVID(clientID, time.Hour), ca.Bundle())

	for _, tickets := range []bool{false, true} {
		friendly, hostile := serverConfig(t, src, io.Discard, peer.ID()), serverConfig(t, src, io.Discard)
		for _, cfg := range []*tls.Config{friendly, hostile} {
			cfg.SetSessionTicketKeys([][32]byte{{1}})
			if tickets {
				cfg.SessionTicketsDisabled = false // as someone might do who copies it
			}
		}
		client := identity.ClientConfig(peer, spiffeid.RequireFromString(serverID))
		client.SessionTicketsDisabled = false
		client.ServerName = "server"
		client.ClientSessionCache = tls.NewLRUClientSessionCache(1)

		for range 2 {
			state, err := handshake(t, friendly, client)
			if err != nil {
				t.Fatal(err)
			}
			if state.DidResume && !tickets {
				t.Error("the session was resumed")
			}
		}
		if state, _ := handshake(t, friendly, client); state.DidResume != tickets {
			t.Errorf("tickets %t: resumed %t", tickets, state.DidResume)
		}
		_, err := handshake(t, hostile, client)
		judge(t, "may not call", err) // after the authorizer began to deny

		src.SetBundles()
		_, err = handshake(t, friendly, client)
		judge(t, "could not get X509 bundle", err) // after the authority was revoked
		src.SetBundles(ca.Bundle())
	}
}

// TestFederation lets a trust domain come and go: each handshake goes by the bundles of its time.
func TestFederation(t *testing.T) {
	acme, partner := identitytest.NewCA(t, "acme.example"), identitytest.NewCA(t, "partner.example")
	impostor := identitytest.NewCA(t, "partner.example")
	src := identitytest.NewSource(acme.SVID(serverID, time.Hour), acme.Bundle())
	client := func(ca *identitytest.CA, id string) *identitytest.Source {
		return identitytest.NewSource(ca.SVID(id, time.Hour), acme.Bundle())
	}
	named := []spiffeid.ID{spiffeid.RequireFromString(partnerID)}
	try := func(peer *identitytest.Source, callers ...spiffeid.ID) error {
		_, err := handshake(t, serverConfig(t, src, io.Discard, callers...), identity.ClientConfig(peer, src.ID()))
		return err
	}

	judge(t, "could not get X509 bundle", try(client(partner, partnerID), named...)) // before federation
	src.SetBundles(acme.Bundle(), partner.Bundle())
	judge(t, "", try(client(partner, partnerID), named...))                   // federated
	judge(t, "may not call", try(client(partner, partnerID), src.ID()))       // federated and not named
	judge(t, "unknown authority", try(client(acme, partnerID), named...))     // by the own authority
	judge(t, "unknown authority", try(client(impostor, partnerID), named...)) // by another authority of that name
	judge(t, "unknown authority", try(client(partner, serverID), src.ID()))   // an own ID by the partner's authority
	src.SetBundles(acme.Bundle(), impostor.Bundle())
	judge(t, "unknown authority", try(client(partner, partnerID), named...)) // after the authority was replaced
	src.SetBundles(acme.Bundle())
	judge(t, "could not get X509 bundle", try(client(impostor, partnerID), named...)) // after federation
}
