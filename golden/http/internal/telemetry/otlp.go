package telemetry

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Collector is where OTLP goes. A nil TLS means plaintext.
type Collector struct {
	Address string // host:port
	TLS     *tls.Config
}

// endpoint says where signal goes. OTEL_EXPORTER_OTLP_<SIGNAL>_ENDPOINT, else
// OTEL_EXPORTER_OTLP_ENDPOINT, may move it, within what was built in:
//   - https:// reaches any host with the built-in TLS: the collector must still prove the
//     identity that was chosen for it. Without built-in TLS it is an error.
//   - http:// is plaintext, and an error beyond loopback, unless the built-in collector
//     is itself reached in plaintext beyond loopback.
//
// An error names the variable.
func endpoint(getenv func(string) string, signal, address string, plaintext bool) (*url.URL, error) {
	path := "/v1/" + signal
	scheme := "https"
	if plaintext {
		scheme = "http"
	}
	own := "OTEL_EXPORTER_OTLP_" + strings.ToUpper(signal) + "_ENDPOINT"
	name := own
	value := getenv(own)
	if value == "" {
		name = "OTEL_EXPORTER_OTLP_ENDPOINT"
		value = getenv(name)
	}
	if value == "" {
		return &url.URL{Scheme: scheme, Host: address, Path: path}, nil
	}

	u, err := url.Parse(value)
	switch {
	case err != nil || u.Hostname() == "" || u.Port() == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "":
		return nil, fmt.Errorf("%s: want http://host:port or https://host:port, optionally with a path", name)
	case u.Scheme == "https" && plaintext:
		return nil, fmt.Errorf("%s asks for TLS, but the collector was chosen without: give it an identity or tls: system", name)
	case u.Scheme == "http" && !loopback(u.Host) && (!plaintext || loopback(address)):
		return nil, fmt.Errorf("%s would send telemetry in plaintext beyond loopback: use https", name)
	}
	if name == own {
		path = cmp.Or(u.Path, "/") // a signal's own endpoint is used as it is
	} else {
		path = strings.TrimSuffix(u.Path, "/") + path
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: path}, nil
}

func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && (host == "localhost" || net.ParseIP(host).IsLoopback())
}
