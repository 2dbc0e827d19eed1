package knowledge

import "strings"

// Import paths of gRPC.
const (
	GRPC            = "google.golang.org/grpc"
	GRPCCredentials = "google.golang.org/grpc/credentials"
	GRPCInsecure    = "google.golang.org/grpc/credentials/insecure"
)

// IsOpsName reports whether a name, that of a variable, a function or a constant, says that it
// is about the operation of a service: metrics, health, profiles. Such a server is for the
// cluster and seldom encrypted.
func IsOpsName(name string) bool {
	name = strings.ToLower(name)
	for _, part := range [...]string{"metric", "health", "probe", "debug", "pprof", "prometheus", "liveness", "livez", "readiness", "readyz", "diagnostic", "profil", "expvar", "telemetry"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// IsOpsPath reports whether an HTTP path, or a pattern of http.ServeMux, is about the operation
// of a service.
func IsOpsPath(pattern string) bool {
	if method, path, found := strings.Cut(pattern, " "); found && !strings.Contains(method, "/") {
		pattern = path
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(pattern, "/"), "/")
	switch strings.ToLower(first) {
	case "metrics", "healthz", "health", "livez", "live", "liveness", "readyz", "ready", "readiness", "startupz", "ping", "debug", "version", "buildinfo", "statusz", "varz", "-":
		return true
	}
	return false
}

// IsOpsPackage reports whether the handlers of a package are about the operation of a service.
func IsOpsPackage(path string) bool {
	switch path {
	case "net/http/pprof", "expvar", "golang.org/x/net/trace",
		"github.com/prometheus/client_golang/prometheus/promhttp",
		"github.com/VictoriaMetrics/metrics",
		"go.opentelemetry.io/contrib/zpages",
		"sigs.k8s.io/controller-runtime/pkg/healthz":
		return true
	}
	return false
}
