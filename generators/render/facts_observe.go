package render

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"strconv"
	"strings"

	"golang.org/x/mod/module"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/names"
)

// Series selects the service's own time series. Prometheus' job is the service's name when it
// scrapes, and "namespace/name" when it is sent OTLP.
//
// Source: OpenTelemetry, Prometheus and OpenMetrics Compatibility, "Resource Attributes".
func (f facts) Series() string { return `job=~"(.*/)?` + f.Name + `"` }

// Deployment selects what kube-state-metrics tells of the service's Deployment, whatever its
// release is called.
func (f facts) Deployment() string { return `deployment=~"(.*-)?` + f.Name + `"` }

// Runbook returns where the runbook lies, to be completed by #section: at the host of the
// module, by the form of its links, or below the service's folder where that is not known.
func (f facts) Runbook() string {
	const page = "docs/runbook.md"
	prefix, _, ok := module.SplitPathVersion(f.Module)
	if !ok {
		prefix = f.Module
	}
	host, rest, _ := strings.Cut(prefix, "/")
	parts := strings.Split(rest, "/")
	if len(parts) < 2 {
		return page
	}
	repository := "https://" + host + "/" + parts[0] + "/" + parts[1]
	file := strings.Join(append(parts[2:], page), "/")
	switch host {
	case "github.com":
		return repository + "/blob/HEAD/" + file
	case "gitlab.com": // groups may be nested: what is a repository and what a folder, the path does not tell
		return "https://" + prefix + "/-/blob/HEAD/" + page
	case "bitbucket.org":
		return repository + "/src/HEAD/" + file
	default:
		return page
	}
}

// Section returns the link to a section of the runbook.
func (f facts) Section(alert string) string { return f.Runbook() + "#" + strings.ToLower(alert) }

// OwnerLabel is a line of YAML with the owner, which follows one with so much of an indent.
func (f facts) OwnerLabel(indent int) string {
	if f.Owner == "" {
		return ""
	}
	return "\n" + strings.Repeat(" ", indent) + "owner: " + strconv.Quote(f.Owner)
}

// DashboardUID is Grafana's name for the dashboard: the same in each release, another for each
// service. Grafana allows 40 characters.
func (f facts) DashboardUID() string {
	sum := sha256.Sum256([]byte(f.Module + "\n" + f.Name))
	return fmt.Sprintf("%.31s-%s", f.Name, hex.EncodeToString(sum[:4]))
}

// answered is a protocol that the service answers, as Prometheus knows it.
type answered struct {
	Protocol string // http or grpc
	Count    string // the time series that counts calls
	Failed   string // those of them that are the service's own fault
	Fast     string // those of them that were answered in time
}

// Answered returns the protocols that the service answers. A method that the service does not
// have is the caller's fault, whatever gRPC calls it.
func (f facts) Answered() []answered {
	const http, rpc = "http_server_request_duration_seconds", "rpc_server_call_duration_seconds"
	var served []answered
	if f.Serves("http") {
		served = append(served, answered{
			"http", http + "_count{" + f.Series() + "}",
			http + "_count{" + f.Series() + `, http_response_status_code=~"5.."}`,
			http + "_bucket{" + f.Series() + `, le="0.5"}`,
		})
	}
	if f.Serves("grpc") {
		own := f.Series() + `, rpc_method!="_OTHER"`
		served = append(served, answered{
			"grpc", rpc + "_count{" + own + "}",
			rpc + "_count{" + own + `, error_type!=""}`,
			rpc + "_bucket{" + own + `, le="0.5"}`,
		})
	}
	return served
}

// CollectorPort is where the collector listens: the port that the service calls, unless that
// one wants privileges.
func (f facts) CollectorPort() string {
	_, port, err := net.SplitHostPort(f.Telemetry.Collector.Address)
	if n, convErr := strconv.Atoi(port); err == nil && convErr == nil && n >= 1024 {
		return port
	}
	if f.Telemetry.Protocol == "grpc" {
		return "4317"
	}
	return "4318"
}

// Test returns a time series for a test of the alerts: of calls that are counted, or of those
// in the bucket of Fast, which ended well, failed, or were refused for the caller's own fault.
func (s answered) Test(suffix, how, pod string) string {
	name, labels := "http_server_request_duration_seconds_", map[string]string{
		"ok":      `http_response_status_code="200"`,
		"failed":  `http_response_status_code="500"`,
		"refused": `http_response_status_code="403"`,
	}
	if s.Protocol == "grpc" {
		name, labels = "rpc_server_call_duration_seconds_", map[string]string{
			"ok":      `rpc_method="a.B/C"`,
			"failed":  `rpc_method="a.B/C", error_type="INTERNAL"`,
			"refused": `rpc_method="_OTHER", error_type="UNIMPLEMENTED"`,
		}
	}
	if suffix == "bucket" {
		return name + suffix + "{" + pod + ", " + labels[how] + `, le="0.5"}`
	}
	return name + suffix + "{" + pod + ", " + labels[how] + "}"
}

// CollectorIsLocal reports whether the collector runs in the service's own pod.
func (f facts) CollectorIsLocal() bool { return answers.IsLoopback(f.Telemetry.Collector.Address) }

// CollectorHost is where the collector listens unless it is told otherwise: on loopback when
// the service calls it there, in the form of a URL.
func (f facts) CollectorHost() string {
	host, _, _ := net.SplitHostPort(f.Telemetry.Collector.Address)
	switch ip := net.ParseIP(host); {
	case strings.EqualFold(host, "localhost"):
		return "127.0.0.1"
	case ip == nil || !ip.IsLoopback():
		return "0.0.0.0"
	case ip.To4() == nil:
		return "[" + ip.String() + "]"
	default:
		return ip.String()
	}
}

// CollectorService is the name of the Service that the collector's address names.
func (f facts) CollectorService() string {
	host, _, _ := net.SplitHostPort(f.Telemetry.Collector.Address)
	name, _, inCluster := strings.Cut(host, ".")
	if !inCluster || net.ParseIP(host) != nil || !names.IsLabel1123(name) {
		return "otel-collector"
	}
	return name
}

// CollectorAccount is the ServiceAccount that the collector's SPIFFE ID names, or its Service's name.
func (f facts) CollectorAccount() string {
	if place, ok := f.collectorPlace(); ok {
		return place.Name
	}
	return f.CollectorService()
}

// CollectorNamespace is the namespace that the collector's SPIFFE ID names, or its address.
func (f facts) CollectorNamespace() string {
	if place, ok := f.collectorPlace(); ok {
		return place.Namespace
	}
	host, _, _ := net.SplitHostPort(f.Telemetry.Collector.Address)
	if labels := strings.Split(host, "."); len(labels) > 2 && labels[2] == "svc" {
		return labels[1]
	}
	return "observability"
}

// CollectorIsRegistered reports whether the collector's SPIFFE ID is the one that SPIRE's charts give
// to every pod of its ServiceAccount.
func (f facts) CollectorIsRegistered() bool {
	_, ok := f.collectorPlace()
	return ok
}

func (f facts) collectorPlace() (answers.Place, bool) {
	place, ok := f.Identity.PlaceOf(f.Telemetry.Collector.ID)
	return place, ok && names.IsLabel1123(place.Name)
}
