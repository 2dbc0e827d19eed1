package knowledge

import "strings"

// Side is a boundary of a process, or several of them, that instrumentation can cover.
type Side uint8

// What comes in and what goes out.
const (
	ServerHTTP Side = 1 << iota
	ClientHTTP
	ServerGRPC
	ClientGRPC
	Database
	Messaging

	EverySide = ServerHTTP | ClientHTTP | ServerGRPC | ClientGRPC | Database | Messaging
)

// Import paths of the instrumentation of OpenTelemetry that fixes bring in.
const (
	OTelHTTP = OTelContrib + "/instrumentation/net/http/otelhttp"
	OTelGRPC = OTelContrib + "/instrumentation/google.golang.org/grpc/otelgrpc"
)

// instrumentation is a package whose functions make what starts spans at a boundary. Its path
// is without major versions.
type instrumentation struct {
	path  string
	below bool   // the packages below it too
	names string // its functions and variables, between spaces; none: all of them
	sides Side
}

// instrumentations is searched from the first to the last: what is exact stands before what is
// below a path.
var instrumentations = [...]instrumentation{
	{path: OTelHTTP, names: " NewHandler NewMiddleware WithRouteTag ", sides: ServerHTTP},
	{path: OTelHTTP, names: " NewTransport DefaultClient Get Head Post PostForm ", sides: ClientHTTP},
	{path: OTelGRPC, names: " NewServerHandler UnaryServerInterceptor StreamServerInterceptor ", sides: ServerGRPC},
	{path: OTelGRPC, names: " NewClientHandler UnaryClientInterceptor StreamClientInterceptor ", sides: ClientGRPC},
	{path: OTelContrib + "/instrumentation/net/http/httptrace/otelhttptrace", sides: ClientHTTP},
	{path: OTelContrib + "/instrumentation/github.com/gin-gonic/gin/otelgin", names: " Middleware ", sides: ServerHTTP},
	{path: OTelContrib + "/instrumentation/github.com/gorilla/mux/otelmux", names: " Middleware ", sides: ServerHTTP},
	{path: OTelContrib + "/instrumentation/github.com/labstack/echo/otelecho", names: " Middleware ", sides: ServerHTTP},
	{path: OTelContrib + "/instrumentation/github.com/emicklei/go-restful/otelrestful", names: " OTelFilter ", sides: ServerHTTP},
	{path: OTelContrib + "/instrumentation/github.com/go-macaron/macaron/otelmacaron", sides: ServerHTTP},
	{path: OTelContrib + "/instrumentation/github.com/astaxie/beego/otelbeego", sides: ServerHTTP},
	{path: OTelContrib + "/instrumentation/github.com/aws/aws-sdk-go-v2/otelaws", sides: ClientHTTP},
	{path: OTelContrib + "/instrumentation/github.com/aws/aws-lambda-go/otellambda", below: true, sides: ServerHTTP},
	{path: OTelContrib + "/instrumentation/go.mongodb.org/mongo-driver", below: true, sides: Database},
	{path: OTelContrib + "/instrumentation/github.com/gocql/gocql/otelgocql", sides: Database},
	{path: OTelContrib + "/instrumentation/github.com/bradfitz/gomemcache", below: true, sides: Database},
	{path: OTelContrib + "/instrumentation/github.com/Shopify/sarama/otelsarama", sides: Messaging},
	{path: OTelContrib + "/instrumentation", below: true, sides: EverySide},

	{path: "google.golang.org/grpc/stats/opentelemetry", names: " ServerOption ", sides: ServerGRPC},
	{path: "google.golang.org/grpc/stats/opentelemetry", names: " DialOption ", sides: ClientGRPC},
	{path: "connectrpc.com/otelconnect", names: " NewInterceptor ", sides: ServerHTTP | ClientHTTP},
	{path: "github.com/bufbuild/connect-opentelemetry-go", names: " NewInterceptor ", sides: ServerHTTP | ClientHTTP},
	{path: "github.com/riandyrn/otelchi", names: " Middleware ", sides: ServerHTTP},
	{path: "github.com/gofiber/contrib/otelfiber", names: " Middleware ", sides: ServerHTTP},
	{path: "github.com/gofiber/contrib/otel", names: " Middleware ", sides: ServerHTTP},
	{path: "github.com/hertz-contrib/obs-opentelemetry", below: true, sides: EverySide},
	{path: "github.com/kitex-contrib/obs-opentelemetry", below: true, sides: EverySide},
	{path: "github.com/go-kratos/kratos/middleware/tracing", sides: ServerHTTP | ClientHTTP | ServerGRPC | ClientGRPC},
	{path: "github.com/containerd/otelttrpc", sides: ServerGRPC | ClientGRPC},
	{path: "go.opentelemetry.io/collector/config/confighttp", sides: ServerHTTP | ClientHTTP},
	{path: "go.opentelemetry.io/collector/config/configgrpc", sides: ServerGRPC | ClientGRPC},
	{path: "k8s.io/component-base/tracing", names: " WithTracing ", sides: ServerHTTP},
	{path: "k8s.io/component-base/tracing", names: " WrapperFor ", sides: ClientHTTP},

	{path: "github.com/XSAM/otelsql", sides: Database},
	{path: "go.nhat.io/otelsql", sides: Database},
	{path: "github.com/nhatthm/otelsql", sides: Database},
	{path: "github.com/uptrace/opentelemetry-go-extra", below: true, sides: Database},
	{path: "github.com/uptrace/bun/extra/bunotel", sides: Database},
	{path: "github.com/exaring/otelpgx", sides: Database},
	{path: "github.com/signalfx/splunk-otel-go/instrumentation", below: true, sides: EverySide},
	{path: "github.com/luna-duclos/instrumentedsql", below: true, sides: Database},
	{path: "github.com/ngrok/sqlmw", sides: Database},
	{path: "gorm.io/plugin/opentelemetry", below: true, sides: Database},
	{path: "github.com/redis/go-redis/extra/redisotel", sides: Database},
	{path: "github.com/dnwe/otelsarama", sides: Messaging},
	{path: "github.com/twmb/franz-go/plugin/kotel", sides: Messaging},

	// Whoever has these has decided for another tracer, at this boundary at least.
	{path: "github.com/DataDog/dd-trace-go/contrib", below: true, sides: EverySide},
	{path: "gopkg.in/DataDog/dd-trace-go/contrib", below: true, sides: EverySide},
	{path: "github.com/newrelic/go-agent", below: true, sides: EverySide},
	{path: "go.elastic.co/apm/module", below: true, sides: EverySide},
	{path: "github.com/getsentry/sentry-go/http", sides: ServerHTTP},
	{path: "github.com/getsentry/sentry-go/httpclient", sides: ClientHTTP},
	{path: "github.com/getsentry/sentry-go/grpc", sides: ServerGRPC | ClientGRPC},
	{path: "github.com/getsentry/sentry-go", below: true, sides: ServerHTTP},
	{path: "github.com/honeycombio/beeline-go/wrappers", below: true, sides: EverySide},
	{path: "github.com/aws/aws-xray-sdk-go/xray", sides: EverySide},
	{path: "github.com/openzipkin/zipkin-go/middleware", below: true, sides: EverySide},
	{path: "github.com/openzipkin-contrib/zipkin-go-sql", sides: Database},
	{path: "github.com/opentracing-contrib", below: true, sides: EverySide},
	{path: "github.com/grpc-ecosystem/grpc-opentracing", below: true, sides: ServerGRPC | ClientGRPC},
	{path: "github.com/grpc-ecosystem/go-grpc-middleware/tracing", below: true, sides: ServerGRPC | ClientGRPC},
	{path: "go.opencensus.io/plugin/ochttp", sides: ServerHTTP | ClientHTTP},
	{path: "go.opencensus.io/plugin/ocgrpc", sides: ServerGRPC | ClientGRPC},
	{path: "contrib.go.opencensus.io/integrations", below: true, sides: Database},
}

// tracers are the packages with which a span can be started, without major versions.
var tracers = [...]string{
	OTelTrace,
	"github.com/DataDog/dd-trace-go/ddtrace",
	"gopkg.in/DataDog/dd-trace-go/ddtrace",
	"github.com/opentracing/opentracing-go",
	"github.com/openzipkin/zipkin-go",
	"github.com/newrelic/go-agent",
	"github.com/getsentry/sentry-go",
	"github.com/honeycombio/beeline-go",
	"go.elastic.co/apm",
	"go.opencensus.io/trace",
}

// Instruments returns the sides at which the function or variable of that name in the package
// of that path brings in spans; none when it is no instrumentation.
func Instruments(path, name string) Side {
	path = withoutMajor(path)
	for i := range instrumentations {
		t := &instrumentations[i]
		if !isAt(path, t.path, t.below) {
			continue
		}
		if t.names == "" || containsWord(t.names, name) {
			return t.sides
		}
		if !t.below && i+1 < len(instrumentations) && instrumentations[i+1].path == t.path {
			continue
		}
		return 0
	}
	return 0
}

// IsTracing reports whether what imports a package may start spans by it: it is the API of a
// tracer, or an instrumentation.
func IsTracing(path string) bool {
	path = withoutMajor(path)
	for _, t := range tracers {
		if isAt(path, t, true) {
			return true
		}
	}
	return IsInstrumentation(path)
}

// IsInstrumentation reports whether the package of that path instruments others.
func IsInstrumentation(path string) bool {
	path = withoutMajor(path)
	for i := range instrumentations {
		if isAt(path, instrumentations[i].path, instrumentations[i].below) {
			return true
		}
	}
	return false
}

// UsesOTel reports whether a package that imports path makes spans of OpenTelemetry, or sets
// up what does: the API of traces, its SDK, an exporter of traces, or an instrumentation. The
// root package is for metrics as well and decides nothing.
func UsesOTel(path string) bool {
	switch {
	case path == OTelTrace, path == OTelSDKTrace:
		return true
	case strings.HasPrefix(path, OTel+"/exporters/"):
		return strings.Contains(path, "trace")
	case strings.HasPrefix(path, OTelContrib+"/instrumentation/"):
		return !strings.HasSuffix(path, "/runtime") && !strings.HasSuffix(path, "/host")
	}
	return strings.Contains(path, "otel") && IsInstrumentation(path)
}

// IsExporter reports whether a package sends telemetry away: a client that is made for it has
// to be without instrumentation, or it would trace itself.
func IsExporter(path string) bool {
	return strings.HasPrefix(path, OTel+"/exporters/") || strings.HasPrefix(path, OTelContrib+"/exporters/") ||
		strings.Contains(path, "/exporter") || strings.Contains(path, "otlp")
}

// IsOTLPService reports whether a package declares services of OTLP, by which telemetry is
// sent.
func IsOTLPService(path string) bool {
	return isAt(path, "go.opentelemetry.io/proto/otlp/collector", true)
}

// IsSQLDriver reports whether name is the one under which a driver for database/sql registers
// itself, without anything around it.
func IsSQLDriver(name string) bool {
	switch name {
	case "postgres", "pgx", "pgx/v4", "pgx/v5", "cloudsqlpostgres", "mysql", "sqlite", "sqlite3", "libsql", "sqlserver", "mssql", "azuresql", "godror", "oracle", "clickhouse", "snowflake", "trino", "spanner", "duckdb":
		return true
	}
	return false
}

func isAt(path, base string, below bool) bool {
	rest, ok := strings.CutPrefix(path, base)
	return ok && (rest == "" || below && rest[0] == '/')
}

// containsWord reports whether word stands between two spaces in list.
func containsWord(list, word string) bool {
	for i := 0; word != ""; {
		at := strings.Index(list[i:], word)
		if at < 0 {
			return false
		}
		at += i
		if at > 0 && list[at-1] == ' ' && at+len(word) < len(list) && list[at+len(word)] == ' ' {
			return true
		}
		i = at + 1
	}
	return false
}

// withoutMajor returns an import path without its major version: "/v2" wherever it stands, and
// the ".v1" of gopkg.in.
func withoutMajor(path string) string {
	for i := 0; i+2 < len(path); i++ {
		if path[i] != '/' && path[i] != '.' || path[i+1] != 'v' {
			continue
		}
		end := i + 2
		for end < len(path) && '0' <= path[end] && path[end] <= '9' {
			end++
		}
		if end > i+2 && (end == len(path) || path[end] == '/') && (path[i] == '/' || strings.HasPrefix(path, "gopkg.in/")) {
			return path[:i] + withoutMajor(path[end:])
		}
	}
	return path
}
