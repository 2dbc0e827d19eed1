package telemetry

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Linked says what is compiled into the service.
type Linked struct {
	Signals   []string // of "traces", "metrics", "logs"
	Protocol  string   // "grpc" or "http/protobuf"
	Address   string   // the collector's
	Plaintext bool     // the collector was chosen without TLS
}

// CheckEnvironment refuses each variable of OpenTelemetry that asks for what is not linked,
// names all of them, and says what is. A variable that no line of it names is of no concern
// to this service.
func CheckEnvironment(getenv func(string) string, linked Linked) error {
	var errs []error
	refuse := func(name, why string, accepted ...string) {
		if value := getenv(name); value != "" && !slices.Contains(accepted, value) {
			want := "unset it"
			if len(accepted) > 0 {
				want += ", or use " + strings.Join(accepted, " or ")
			}
			errs = append(errs, fmt.Errorf("%s=%q: %s (linked: %s over OTLP, %s); %s",
				name, value, why, strings.Join(linked.Signals, ", "), linked.Protocol, want))
		}
	}
	refuse("OTEL_PROPAGATORS", "W3C trace context and baggage are linked, no others", "tracecontext,baggage", "baggage,tracecontext")
	refuse("OTEL_SDK_DISABLED", "signals are switched off one by one, by OTEL_<SIGNAL>_EXPORTER=none", "false")
	refuse("OTEL_CONFIG_FILE", "configuration files are not linked")
	refuse("OTEL_EXPERIMENTAL_CONFIG_FILE", "configuration files are not linked")
	refuse("OTEL_LOG_LEVEL", "LOG_LEVEL sets the level")
	refuse("OTEL_GO_X_OBSERVABILITY", "telemetry.dropped counts what is lost")
	refuse("OTEL_TRACES_SAMPLER", "no such sampler", "parentbased_traceidratio", "parentbased_always_on", "parentbased_always_off", "traceidratio", "always_on", "always_off")
	refuse("OTEL_METRICS_EXEMPLAR_FILTER", "no such filter", "trace_based", "always_on", "always_off")
	for _, scope := range []string{"", "TRACES_", "METRICS_", "LOGS_"} {
		prefix := "OTEL_EXPORTER_OTLP_" + scope
		refuse(prefix+"PROTOCOL", "one protocol is linked", linked.Protocol)
		refuse(prefix+"COMPRESSION", "no such compression", "gzip", "none")
		for _, option := range []string{"INSECURE", "CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY"} {
			refuse(prefix+option, "TLS to the collector is built in")
		}
	}
	for _, signal := range []string{"traces", "metrics", "logs"} {
		name := strings.ToUpper(signal)
		if !slices.Contains(linked.Signals, signal) {
			refuse("OTEL_"+name+"_EXPORTER", signal+" are not linked", "none")
			refuse("OTEL_EXPORTER_OTLP_"+name+"_ENDPOINT", signal+" are not linked")
			continue
		}
		refuse("OTEL_"+name+"_EXPORTER", "one exporter is linked", "otlp", "none")
		_, err := endpoint(getenv, signal, linked.Address, linked.Plaintext)
		if err != nil && !slices.ContainsFunc(errs, func(e error) bool { return e.Error() == err.Error() }) {
			errs = append(errs, err)
		}
	}
	if arg := getenv("OTEL_TRACES_SAMPLER_ARG"); arg != "" {
		ratio, err := strconv.ParseFloat(arg, 64)
		if err != nil || math.IsNaN(ratio) || ratio < 0 || ratio > 1 || !strings.HasSuffix(getenv("OTEL_TRACES_SAMPLER"), "traceidratio") {
			errs = append(errs, fmt.Errorf("OTEL_TRACES_SAMPLER_ARG=%q: want a ratio from 0 to 1, and OTEL_TRACES_SAMPLER=parentbased_traceidratio with it", arg))
		}
	}
	return errors.Join(errs...)
}

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
