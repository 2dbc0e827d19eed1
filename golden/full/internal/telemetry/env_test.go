package telemetry

import (
	"strings"
	"testing"
)

func TestCheckEnvironment(t *testing.T) {
	all := Linked{Signals: []string{"traces", "metrics", "logs"}, Protocol: "grpc", Address: "collector.example:4317"}
	traces := Linked{Signals: []string{"traces"}, Protocol: "http/protobuf", Address: "127.0.0.1:4318", Plaintext: true}
	for _, c := range []struct {
		linked Linked
		env    string // NAME=value, a line each
		want   string // names and what is linked, in order; empty means accepted
	}{
		{all, "", ""},
		{all, "OTEL_SERVICE_NAME=a\nOTEL_RESOURCE_ATTRIBUTES=b=c\nOTEL_SOMETHING_NEW=d", ""},
		{all, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc\nOTEL_EXPORTER_OTLP_LOGS_PROTOCOL=grpc", ""},
		{all, "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", `OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf"|linked: traces, metrics, logs over OTLP, grpc`},
		{all, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"},
		{all, "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"},
		{all, "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL"},
		{traces, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_PROTOCOL|linked: traces over OTLP, http/protobuf"},
		{all, "OTEL_TRACES_EXPORTER=none\nOTEL_METRICS_EXPORTER=otlp\nOTEL_LOGS_EXPORTER=none", ""},
		{all, "OTEL_TRACES_EXPORTER=zipkin", "OTEL_TRACES_EXPORTER"},
		{all, "OTEL_METRICS_EXPORTER=prometheus", "OTEL_METRICS_EXPORTER"},
		{all, "OTEL_LOGS_EXPORTER=console", "OTEL_LOGS_EXPORTER"},
		{traces, "OTEL_LOGS_EXPORTER=none", ""},
		{traces, "OTEL_LOGS_EXPORTER=otlp", "OTEL_LOGS_EXPORTER|logs are not linked"},
		{traces, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://127.0.0.1:4318", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT|metrics are not linked"},
		{all, "OTEL_PROPAGATORS=baggage,tracecontext", ""},
		{all, "OTEL_PROPAGATORS=b3", "OTEL_PROPAGATORS"},
		{all, "OTEL_SDK_DISABLED=false", ""},
		{all, "OTEL_SDK_DISABLED=true", "OTEL_SDK_DISABLED"},
		{all, "OTEL_CONFIG_FILE=otel.yaml", "OTEL_CONFIG_FILE"},
		{all, "OTEL_EXPERIMENTAL_CONFIG_FILE=otel.yaml", "OTEL_EXPERIMENTAL_CONFIG_FILE"},
		{all, "OTEL_LOG_LEVEL=debug", "OTEL_LOG_LEVEL|LOG_LEVEL"},
		{all, "OTEL_GO_X_OBSERVABILITY=true", "OTEL_GO_X_OBSERVABILITY"},
		{all, "OTEL_TRACES_SAMPLER=parentbased_traceidratio\nOTEL_TRACES_SAMPLER_ARG=0.25", ""},
		{all, "OTEL_TRACES_SAMPLER=xray", "OTEL_TRACES_SAMPLER"},
		{all, "OTEL_TRACES_SAMPLER_ARG=0.25", "OTEL_TRACES_SAMPLER_ARG"},
		{all, "OTEL_TRACES_SAMPLER=always_on\nOTEL_TRACES_SAMPLER_ARG=0.25", "OTEL_TRACES_SAMPLER_ARG"},
		{all, "OTEL_TRACES_SAMPLER=traceidratio\nOTEL_TRACES_SAMPLER_ARG=1.5", "OTEL_TRACES_SAMPLER_ARG"},
		{all, "OTEL_TRACES_SAMPLER=traceidratio\nOTEL_TRACES_SAMPLER_ARG=NaN", "OTEL_TRACES_SAMPLER_ARG"},
		{all, "OTEL_METRICS_EXEMPLAR_FILTER=sometimes", "OTEL_METRICS_EXEMPLAR_FILTER"},
		{all, "OTEL_EXPORTER_OTLP_HEADERS=a=b\nOTEL_EXPORTER_OTLP_TIMEOUT=100\nOTEL_EXPORTER_OTLP_COMPRESSION=gzip", ""},
		{all, "OTEL_EXPORTER_OTLP_COMPRESSION=zstd", "OTEL_EXPORTER_OTLP_COMPRESSION"},
		{all, "OTEL_EXPORTER_OTLP_INSECURE=true", "OTEL_EXPORTER_OTLP_INSECURE"},
		{all, "OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE=ca.pem", "OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE"},
		{all, "OTEL_EXPORTER_OTLP_CLIENT_KEY=key.pem", "OTEL_EXPORTER_OTLP_CLIENT_KEY"},
		{all, "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317", ""},
		{all, "OTEL_EXPORTER_OTLP_ENDPOINT=http://other.example:4317", "OTEL_EXPORTER_OTLP_ENDPOINT|plaintext"},
		{all, "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://other.example:4317", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"},
		{all, "OTEL_CONFIG_FILE=a\nOTEL_SDK_DISABLED=true\nOTEL_EXPORTER_OTLP_ENDPOINT=b", "OTEL_SDK_DISABLED|OTEL_CONFIG_FILE|OTEL_EXPORTER_OTLP_ENDPOINT"},
	} {
		env := make(map[string]string)
		for line := range strings.Lines(c.env) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			env[name] = value
		}
		err := CheckEnvironment(func(name string) string { return env[name] }, c.linked)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.env, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: accepted", c.env)
			continue
		}
		rest := err.Error()
		for want := range strings.SplitSeq(c.want, "|") {
			var found bool
			if _, rest, found = strings.Cut(rest, want); !found {
				t.Errorf("%s: got %v, want %s", c.env, err, want)
			}
		}
		if strings.Count(err.Error(), "\n") > strings.Count(c.env, "\n") {
			t.Errorf("%s: got more errors than variables: %v", c.env, err)
		}
	}
}
