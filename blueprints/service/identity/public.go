package identity

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/metric"
)

// Everyone are all callers, also those without an identity: for the rules of a public listener.
func Everyone() Who {
	return Who{has: func(spiffeid.ID) bool { return true }, parts: []string{"everyone, without an identity too"}}
}

// readEvery is how soon a renewed certificate is noticed.
const readEvery = time.Minute

// PublicConfig returns the TLS configuration of a public listener: TLS 1.2 or 1.3, and the
// certificate chain of the files, which is read again when a minute has passed. Where it cannot
// be used the old one stays, and an error is logged each minute. Clients are not asked for one.
//
// It fails where the files are no pair of a certificate and its key, or the certificate has expired.
func PublicConfig(certFile, keyFile string, logger *slog.Logger, mp metric.MeterProvider) (*tls.Config, error) {
	p := &publicCertificate{certFile: certFile, keyFile: keyFile, logger: logger}
	if err := p.read(); err != nil {
		return nil, err
	}
	_, err := mp.Meter("identity").Float64ObservableGauge("tls.certificate.time_left",
		metric.WithUnit("s"), metric.WithDescription("Time until the public certificate expires; negative afterwards."),
		metric.WithFloat64Callback(func(_ context.Context, o metric.Float64Observer) error {
			o.Observe(time.Until(p.current().Leaf.NotAfter).Seconds())
			return nil
		}))
	return &tls.Config{
		MinVersion:             tls.VersionTLS12,
		NextProtos:             []string{"h2", "http/1.1"},
		SessionTicketsDisabled: true, // or GetCertificate would not hear of each client
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if c, ok := hello.Conn.(*Conn); ok {
				c.keeper.settle(c) // a silent peer would not have come as far as this
			}
			return p.current(), nil
		},
	}, err
}

type publicCertificate struct {
	certFile, keyFile string
	logger            *slog.Logger

	mu   sync.Mutex
	cert *tls.Certificate
	at   time.Time // of the last reading
}

// current returns the certificate, read again when it is time.
func (p *publicCertificate) current() *tls.Certificate {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.at) >= readEvery {
		if err := p.read(); err != nil {
			p.logger.Error("public certificate is not renewed", "error", err, "expires", p.cert.Leaf.NotAfter)
		}
	}
	return p.cert
}

func (p *publicCertificate) read() error {
	p.at = time.Now()
	cert, err := tls.LoadX509KeyPair(p.certFile, p.keyFile)
	if err == nil && !time.Now().Before(cert.Leaf.NotAfter) {
		err = fmt.Errorf("it expired at %s", cert.Leaf.NotAfter.Format(time.RFC3339))
	}
	if err != nil {
		return fmt.Errorf("public certificate %q with the key %q: %w", p.certFile, p.keyFile, err)
	}
	if p.cert == nil || !bytes.Equal(cert.Leaf.Raw, p.cert.Leaf.Raw) {
		p.logger.Info("public certificate read", "serial", cert.Leaf.SerialNumber.Text(16), "names", cert.Leaf.DNSNames, "expires", cert.Leaf.NotAfter)
	}
	p.cert = &cert
	return nil
}
