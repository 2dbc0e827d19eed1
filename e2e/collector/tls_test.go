package collector

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
	"github.com/mintwright/mintwright/blueprints/service/telemetry"
)

const (
	collectorID = "spiffe://example.org/ns/observability/sa/otel-collector"
	serviceID   = "spiffe://example.org/ns/default/sa/orders"
)

// writeSVID writes what spiffe-helper writes, in its order.
func writeSVID(t *testing.T, folder string, svid *x509svid.SVID, ca *identitytest.CA) {
	t.Helper()
	certificates, key, err := svid.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	var bundle bytes.Buffer
	for _, authority := range ca.Bundle().X509Authorities() {
		if err := pem.Encode(&bundle, &pem.Block{Type: "CERTIFICATE", Bytes: authority.Raw}); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []struct {
		name    string
		content []byte
	}{{"svid.pem", certificates}, {"svid_key.pem", key}, {"svid_bundle.pem", bundle.Bytes()}} {
		if err := os.WriteFile(filepath.Join(folder, file.name), file.content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMutualTLS: the service's own exporter reaches the collector by SPIFFE, over either
// protocol; who has no SVID of the trust domain does not, nor does an old TLS. A renewed SVID
// is served without a restart.
func TestMutualTLS(t *testing.T) {
	for _, protocol := range []string{"grpc", "http/protobuf"} {
		t.Run(protocol, func(t *testing.T) {
			ca, foreign := identitytest.NewCA(t, "example.org"), identitytest.NewCA(t, "example.org")
			folder := t.TempDir()
			first := ca.SVID(collectorID, time.Hour)
			writeSVID(t, folder, first, ca)
			t.Setenv("SVID_FOLDER", folder)
			t.Setenv("LISTEN_HOST", "127.0.0.1")
			port := freePort(t)
			address := "127.0.0.1:" + port
			over := "receivers: {otlp: {protocols: {" + map[string]string{"grpc": "grpc", "http/protobuf": "http"}[protocol] + ": {tls: {reload_interval: 100ms}}}}}"
			out := running(t, service(t, "telemetry.protocol="+protocol, "telemetry.collector.address=otel-collector.observability.svc:"+port, "telemetry.collector.id="+collectorID),
				over, "collector.yaml", "attributes.yaml")

			export := func(name string, source identity.Source, collector string) error {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				c := telemetry.Collector{Address: address, TLS: identity.ClientConfig(source, spiffeid.RequireFromString(collector))}
				var exporter sdktrace.SpanExporter
				var err error
				if protocol == "grpc" {
					exporter, err = telemetry.NewGRPCSpanExporter(ctx, c)
				} else {
					exporter, err = telemetry.NewHTTPSpanExporter(ctx, c)
				}
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = exporter.Shutdown(context.Background()) }()
				return exporter.ExportSpans(ctx, tracetest.SpanStubs{{Name: name, Attributes: []attribute.KeyValue{attribute.String("http.method", "GET")}}}.Snapshots())
			}
			good := identitytest.NewSource(ca.SVID(serviceID, time.Hour), ca.Bundle())
			if err := export("a friend's", good, collectorID); err != nil {
				t.Fatal(err)
			}
			if err := export("to another", good, "spiffe://example.org/ns/other/sa/other"); err == nil {
				t.Error("the service took the collector for another")
			}
			if err := export("a stranger's", identitytest.NewSource(foreign.SVID(serviceID, time.Hour), ca.Bundle()), collectorID); err == nil {
				t.Error("the collector takes an SVID of another authority")
			}
			out.await(t, func(s *sink) bool { return len(s.spans()) == 1 })
			if _, ok := out.spans()[0].Attributes().Get("http.request.method"); !ok || out.spans()[0].Name() != "a friend's" {
				t.Errorf("got %q with %v", out.spans()[0].Name(), out.spans()[0].Attributes().AsRaw())
			}

			// refused reports whether the collector ends a connection; TLS 1.3 does so after the client's own end of the handshake.
			refused := func(cfg *tls.Config) bool {
				conn, err := tls.Dial("tcp", address, cfg)
				if err != nil {
					return true
				}
				defer conn.Close()
				_ = conn.SetReadDeadline(time.Now().Add(time.Second))
				_, err = conn.Read(make([]byte, 1))
				return err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
			}
			config := func() *tls.Config { return identity.ClientConfig(good, spiffeid.RequireFromString(collectorID)) }
			if refused(config()) {
				t.Error("the collector refuses the service")
			}
			if !refused(&tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true}) { // what the server does is looked at
				t.Error("the collector lets in who shows no SVID")
			}
			old := config()
			old.MinVersion, old.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
			if !refused(old) {
				t.Error("the collector speaks TLS 1.2")
			}

			second := ca.SVID(collectorID, time.Hour)
			writeSVID(t, folder, second, ca)
			deadline := time.Now().Add(patience)
			for {
				conn, err := tls.Dial("tcp", address, config())
				if err == nil {
					got := conn.ConnectionState().PeerCertificates[0].SerialNumber
					conn.Close()
					if got.Cmp(second.Certificates[0].SerialNumber) == 0 {
						break
					}
				}
				if time.Now().After(deadline) {
					t.Fatalf("the renewed SVID is not served: %v", err)
				}
				time.Sleep(50 * time.Millisecond)
			}
		})
	}
}
