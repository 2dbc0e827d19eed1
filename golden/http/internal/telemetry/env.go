package telemetry

import (
	"errors"
	"fmt"
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

// Variable is an environment variable of OpenTelemetry, and whether it is honoured.
type Variable struct {
	Name    string
	Meaning string   // what it does, or why it is refused
	Accepts []string // the only values accepted; nil means any
}

// CheckEnvironment refuses each variable that asks for what is not linked, names all of
// them, and says what is. A variable of OpenTelemetry that Variables does not list is of no
// concern to this service.
func CheckEnvironment(getenv func(string) string, linked Linked) error {
	var errs []error
	for _, v := range Variables(linked) {
		value := getenv(v.Name)
		if value != "" && v.Accepts != nil && !slices.Contains(v.Accepts, value) {
			want := "unset it"
			if len(v.Accepts) > 0 {
				want = "unset it, or use " + strings.Join(v.Accepts, " or ")
			}
			errs = append(errs, fmt.Errorf("%s=%q: %s (linked: %s over OTLP, %s); %s",
				v.Name, value, v.Meaning, strings.Join(linked.Signals, ", "), linked.Protocol, want))
		}
	}
	for _, signal := range linked.Signals {
		if _, err := endpoint(getenv, signal, linked.Address, linked.Plaintext); err != nil && !slices.ContainsFunc(errs, func(e error) bool { return e.Error() == err.Error() }) {
			errs = append(errs, err)
		}
	}
	if arg := getenv("OTEL_TRACES_SAMPLER_ARG"); arg != "" {
		ratio, err := strconv.ParseFloat(arg, 64)
		if err != nil || !(ratio >= 0 && ratio <= 1) || !strings.HasSuffix(getenv("OTEL_TRACES_SAMPLER"), "traceidratio") {
			errs = append(errs, fmt.Errorf("OTEL_TRACES_SAMPLER_ARG=%q: want a ratio from 0 to 1, and OTEL_TRACES_SAMPLER=parentbased_traceidratio with it", arg))
		}
	}
	return errors.Join(errs...)
}

// Variables lists what the environment may and may not ask of what is linked.
func Variables(linked Linked) []Variable {
	const builtIn = "TLS to the collector is built in"
	none := []string{} // not even one value is accepted
	table := []Variable{
		{"OTEL_SERVICE_NAME", "service.name of the resource", nil},
		{"OTEL_RESOURCE_ATTRIBUTES", "more attributes of the resource: key=value,key=value", nil},
		{"OTEL_PROPAGATORS", "W3C trace context and baggage are linked, no others", []string{"tracecontext,baggage", "baggage,tracecontext"}},
		{"OTEL_SDK_DISABLED", "the SDK is not disabled as a whole, but by OTEL_<SIGNAL>_EXPORTER=none", []string{"false"}},
		{"OTEL_CONFIG_FILE", "configuration files are not linked", none},
		{"OTEL_EXPERIMENTAL_CONFIG_FILE", "configuration files are not linked", none},
		{"OTEL_LOG_LEVEL", "not read: LOG_LEVEL sets the level", none},
		{"OTEL_GO_X_OBSERVABILITY", "not linked: telemetry.dropped counts what is lost", none},
	}
	for _, signal := range append([]string{""}, "traces", "metrics", "logs") {
		prefix, of, own := "OTEL_EXPORTER_OTLP_", "all signals", table[:0:0]
		if signal != "" {
			prefix, of = prefix+strings.ToUpper(signal)+"_", signal
			own = append(own, Variable{"OTEL_" + strings.ToUpper(signal) + "_EXPORTER", "none stops the export of " + signal, []string{"otlp", "none"}})
		}
		own = append(own,
			Variable{prefix + "ENDPOINT", "URL of the collector for " + of + "; never turns TLS into plaintext beyond loopback", nil},
			Variable{prefix + "HEADERS", "headers for the collector, " + of + ": key=value,key=value", nil},
			Variable{prefix + "TIMEOUT", "milliseconds for one export, " + of, nil},
			Variable{prefix + "COMPRESSION", "compression, " + of + "; the collector must know it", []string{"gzip", "none"}},
			Variable{prefix + "PROTOCOL", "protocol, " + of + "; one is linked", []string{linked.Protocol}},
			Variable{prefix + "INSECURE", builtIn, none},
			Variable{prefix + "CERTIFICATE", builtIn, none},
			Variable{prefix + "CLIENT_CERTIFICATE", builtIn, none},
			Variable{prefix + "CLIENT_KEY", builtIn, none})
		switch signal {
		case "traces":
			own = append(own,
				Variable{"OTEL_TRACES_SAMPLER", "sampler, instead of the built-in ratio", []string{"parentbased_traceidratio", "parentbased_always_on", "parentbased_always_off", "traceidratio", "always_on", "always_off"}},
				Variable{"OTEL_TRACES_SAMPLER_ARG", "ratio of a traceidratio sampler, 0 to 1", nil},
				Variable{"OTEL_BSP_MAX_QUEUE_SIZE", "spans that wait for export, 2048; also OTEL_BSP_SCHEDULE_DELAY, _EXPORT_TIMEOUT, _MAX_EXPORT_BATCH_SIZE", nil})
		case "metrics":
			own = append(own,
				Variable{"OTEL_METRIC_EXPORT_INTERVAL", "milliseconds between exports, 60000; also OTEL_METRIC_EXPORT_TIMEOUT", nil},
				Variable{"OTEL_METRICS_EXEMPLAR_FILTER", "which measurements become exemplars", []string{"trace_based", "always_on", "always_off"}})
		case "logs":
			own = append(own,
				Variable{"OTEL_BLRP_MAX_QUEUE_SIZE", "log records that wait for export, 2048; also OTEL_BLRP_SCHEDULE_DELAY, _EXPORT_TIMEOUT, _MAX_EXPORT_BATCH_SIZE", nil})
		}
		if signal != "" && !slices.Contains(linked.Signals, signal) {
			for i := range own {
				own[i].Meaning, own[i].Accepts = signal+" are not linked", none
			}
			own[0].Accepts = []string{"none"}
		}
		table = append(table, own...)
	}
	return table
}
