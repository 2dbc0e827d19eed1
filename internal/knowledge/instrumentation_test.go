package knowledge

import "testing"

func TestInstruments(t *testing.T) {
	for _, tt := range []struct {
		path, name string
		want       Side
	}{
		{OTelHTTP, "NewHandler", ServerHTTP},
		{OTelHTTP, "NewTransport", ClientHTTP},
		{OTelHTTP, "WithTracerProvider", 0},
		{OTelGRPC, "NewServerHandler", ServerGRPC},
		{OTelGRPC, "StreamClientInterceptor", ClientGRPC},
		{OTelGRPC, "Client", 0},
		{OTelContrib + "/instrumentation/github.com/labstack/echo/v4/otelecho", "Middleware", ServerHTTP},
		{OTelContrib + "/instrumentation/go.mongodb.org/mongo-driver/v2/mongo/otelmongo", "NewMonitor", Database},
		{"gopkg.in/DataDog/dd-trace-go.v1/contrib/net/http", "NewServeMux", EverySide},
		{"github.com/DataDog/dd-trace-go/contrib/net/http/v2", "WrapHandler", EverySide},
		{"github.com/redis/go-redis/extra/redisotel/v9", "InstrumentTracing", Database},
		{"connectrpc.com/otelconnect", "NewInterceptor", ServerHTTP | ClientHTTP},
		{"google.golang.org/grpc/stats/opentelemetry", "DialOption", ClientGRPC},
		{"google.golang.org/grpc", "StatsHandler", 0},
		{"net/http", "NewServeMux", 0},
		{"example.com/otelhttp", "NewHandler", 0},
		{"", "", 0},
	} {
		if got := Instruments(tt.path, tt.name); got != tt.want {
			t.Errorf("Instruments(%q, %q): want %b, got %b", tt.path, tt.name, tt.want, got)
		}
	}
}

func TestUsesOTel(t *testing.T) {
	for path, want := range map[string]bool{
		OTelTrace:                          true,
		OTelSDKTrace:                       true,
		OTel:                               false,
		OTelAttribute:                      false,
		OTel + "/exporters/otlp/otlptrace": true,
		OTel + "/exporters/otlp/otlpmetric/otlpmetricgrpc": false,
		OTelHTTP:                                 true,
		OTelContrib + "/instrumentation/runtime": false,
		"github.com/riandyrn/otelchi":            true,
		"github.com/newrelic/go-agent/v3":        false,
	} {
		if got := UsesOTel(path); got != want {
			t.Errorf("UsesOTel(%q): want %v, got %v", path, want, got)
		}
	}
}

func TestWithoutMajor(t *testing.T) {
	for path, want := range map[string]string{
		"a.com/b/v2/c/v3":       "a.com/b/c",
		"a.com/v2x/vendor/v":    "a.com/v2x/vendor/v",
		"gopkg.in/a/b.v1/c":     "gopkg.in/a/b/c",
		"a.com/semconv/v1.43.0": "a.com/semconv/v1.43.0",
		"a.com/b.v1":            "a.com/b.v1",
	} {
		if got := withoutMajor(path); got != want {
			t.Errorf("withoutMajor(%q): want %q, got %q", path, want, got)
		}
	}
}
