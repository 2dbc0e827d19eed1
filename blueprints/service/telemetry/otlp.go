package telemetry

import "crypto/tls"

// Collector is where OTLP goes. A nil TLS means plaintext.
type Collector struct {
	Address string // host:port
	TLS     *tls.Config
}
