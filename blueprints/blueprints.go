// Package blueprints holds what a generated service is made of, and the manifest that says
// which choice brings which file.
//
// Below service/ lies a real service: Go that compiles, is tested and vetted in place and is
// emitted with its import paths moved. Below files/ lies what is not Go: static, or a
// text/template with the delimiters <% and %> where its name ends in .tmpl.
package blueprints

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/tree"
)

// ServicePath is the import path of the Go below service/.
const ServicePath = "github.com/mintwright/mintwright/blueprints/service"

//go:embed all:service all:files
var embedded embed.FS

// FS returns the blueprints, rooted where the sources of the manifest start.
func FS() fs.FS { return embedded }

// Feature is a condition under which a file is part of a service.
type Feature string

// The features. Each follows from the answers; see package plan.
const (
	HTTP        Feature = "serve http"
	GRPC        Feature = "serve grpc"
	Worker      Feature = "serve worker"
	Answering   Feature = "serve http or grpc"
	Calls       Feature = "calls"
	HTTPCalls   Feature = "calls over http"
	GRPCCalls   Feature = "calls over grpc"
	OverHTTP    Feature = "http served or called"
	OverGRPC    Feature = "grpc served or called"
	Lean        Feature = "lean middleware"
	Instrument  Feature = "lean middleware, http or grpc"
	Contrib     Feature = "contrib middleware"
	Propagates  Feature = "trace context in headers"
	Store       Feature = "store"
	Alone       Feature = "a worker alone"
	Composes    Feature = "greetings of its own"
	Secured     Feature = "TLS by SPIFFE"
	Connected   Feature = "connections that end with an SVID"
	Scheduled   Feature = "work from a schedule"
	Queued      Feature = "work from a queue"
	Postgres    Feature = "work from postgres"
	NATS        Feature = "work from nats"
	Reflection  Feature = "reflection"
	Public      Feature = "public ingress"
	AnyCaller   Feature = "any caller"
	Prometheus  Feature = "prometheus"
	Owned       Feature = "owner"
	Secrets     Feature = "secrets"
	Queue       Feature = "traces or logs"
	Traces      Feature = "traces"
	TracesGRPC  Feature = "traces over grpc"
	TracesHTTP  Feature = "traces over http"
	Metrics     Feature = "metrics"
	Metered     Feature = "metrics or prometheus"
	MetricsGRPC Feature = "metrics over grpc"
	MetricsHTTP Feature = "metrics over http"
	Logs        Feature = "logs"
	LogsGRPC    Feature = "logs over grpc"
	LogsHTTP    Feature = "logs over http"
	VAP         Feature = "policies of Kubernetes itself"
	Kyverno     Feature = "policies for Kyverno"
	Gatekeeper  Feature = "policies for Gatekeeper"
	ArgoCD      Feature = "Argo CD"
	Flux        Feature = "Flux"
	GitHub      Feature = "GitHub Actions"
	GitLab      Feature = "GitLab CI"
	Federates   Feature = "federated trust domains"
	Attested    Feature = "collector with a SPIFFE ID"
	Apart       Feature = "collector in pods of its own"
	Beside      Feature = "collector in the service's pod"
)

// File is a row of the manifest.
type File struct {
	Source string // below FS
	Target string // below the service's folder
	Owner  tree.Owner
	When   []Feature // all of them must be chosen
}

// Manifest returns every file of the blueprints that is emitted as it is, in no promised
// order. What is wired or derived stands in package plan.
func Manifest() ([]File, error) {
	var files []File
	for _, p := range packages() {
		rows, err := folder(p)
		if err != nil {
			return nil, err
		}
		files = append(files, rows...)
	}
	for _, f := range folders() {
		rows, err := below(f)
		if err != nil {
			return nil, err
		}
		files = append(files, rows...)
	}
	return append(files, texts()...), nil
}

// folders lists the folders below files/ that are emitted with all that lies in them.
func folders() []File {
	return []File{
		{Source: "files/deploy/chart", Target: "deploy/chart", Owner: tree.Managed},
		{Source: "files/deploy/collector", Target: "deploy/collector", Owner: tree.Managed},
		{Source: "files/deploy/spire", Target: "deploy/spire", Owner: tree.Yours},
		{Source: "files/deploy/extras", Target: "deploy/extras", Owner: tree.Yours},
		{Source: "files/deploy/policy/vap", Target: "deploy/policy/vap", Owner: tree.Managed, When: []Feature{VAP}},
		{Source: "files/deploy/policy/kyverno", Target: "deploy/policy/kyverno", Owner: tree.Managed, When: []Feature{Kyverno}},
		{Source: "files/deploy/policy/gatekeeper", Target: "deploy/policy/gatekeeper", Owner: tree.Managed, When: []Feature{Gatekeeper}},
		{Source: "files/deploy/argocd", Target: "deploy/argocd", Owner: tree.Managed, When: []Feature{ArgoCD}},
		{Source: "files/deploy/flux", Target: "deploy/flux", Owner: tree.Managed, When: []Feature{Flux}},
		{Source: "files/github", Target: ".github", Owner: tree.Managed, When: []Feature{GitHub}},
		{Source: "files/gitlab", Target: ".", Owner: tree.Managed, When: []Feature{GitLab}},
		{Source: "files/image", Target: ".", Owner: tree.Managed},
	}
}

// below returns a row for each file of a folder below files/, however deep it lies.
func below(folder File) ([]File, error) {
	var files []File
	err := fs.WalkDir(embedded, folder.Source, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		f := folder
		f.Source = name
		f.Target = path.Join(folder.Target, strings.TrimSuffix(strings.TrimPrefix(name, folder.Source+"/"), ".tmpl"))
		f.When = slices.Concat(folder.When, fileNeeds(strings.TrimPrefix(name, "files/")))
		files = append(files, f)
		return nil
	})
	return files, err
}

// fileNeeds says which features a file needs beyond those of its folder, by its path below files/.
func fileNeeds(name string) []Feature {
	switch name {
	case "deploy/chart/templates/job-migrate.yaml":
		return []Feature{Store}
	case "deploy/chart/templates/service-headless.yaml":
		return []Feature{GRPC}
	case "deploy/chart/templates/tlsroute.yaml", "deploy/chart/templates/tests/mtls.yaml", "deploy/chart/ci/route-values.yaml":
		return []Feature{Answering}
	case "deploy/chart/templates/servicemonitor.yaml", "deploy/chart/templates/podmonitor.yaml", "deploy/chart/tests/monitors_test.yaml":
		return []Feature{Prometheus}
	case "deploy/chart/templates/dashboard.yaml", "deploy/chart/files/dashboard.json.tmpl", "deploy/chart/tests/dashboard_test.yaml":
		return []Feature{Metered}
	case "deploy/collector/tail-sampling.yaml":
		return []Feature{Traces}
	case "deploy/collector/spiffe-helper.conf":
		return []Feature{Attested}
	case "deploy/collector/values.yaml.tmpl":
		return []Feature{Apart}
	case "deploy/collector/sidecar-values.yaml.tmpl":
		return []Feature{Beside}
	case "deploy/spire/federation.yaml.tmpl":
		return []Feature{Federates}
	default:
		return nil
	}
}

// packages lists the Go packages below service/ with what their files have in common.
func packages() []File {
	return []File{
		{Source: "service/env", Owner: tree.Managed},
		{Source: "service/identity", Owner: tree.Managed},
		{Source: "service/identity/identitytest", Owner: tree.Managed},
		{Source: "service/lifecycle", Owner: tree.Managed},
		{Source: "service/ops", Owner: tree.Managed},
		{Source: "service/telemetry", Owner: tree.Managed},
		{Source: "service/instrument", Owner: tree.Managed, When: []Feature{Instrument}},
		{Source: "service/httpserver", Owner: tree.Managed, When: []Feature{HTTP}},
		{Source: "service/httpclient", Owner: tree.Managed, When: []Feature{HTTPCalls}},
		{Source: "service/grpcserver", Owner: tree.Managed, When: []Feature{GRPC}},
		{Source: "service/grpcclient", Owner: tree.Managed, When: []Feature{GRPCCalls}},
		{Source: "service/store", Owner: tree.Managed, When: []Feature{Store}},
		{Source: "service/store/storetest", Owner: tree.Managed, When: []Feature{Store}},
		{Source: "service/store/migrations", Owner: tree.Yours, When: []Feature{Store}},
		{Source: "service/worker", Owner: tree.Managed, When: []Feature{Worker}},
		{Source: "service/worker/schedule", Owner: tree.Managed, When: []Feature{Worker, Scheduled}},
		{Source: "service/worker/pgqueue", Owner: tree.Managed, When: []Feature{Worker, Postgres}},
		{Source: "service/worker/natsqueue", Owner: tree.Managed, When: []Feature{Worker, NATS}},
		{Source: "service/ping", Owner: tree.Managed, When: []Feature{Answering}},
		{Source: "service/greetings", Owner: tree.Yours},
		{Source: "service/jobs", Owner: tree.Yours, When: []Feature{Worker}},
		{Source: "service/api", Owner: tree.Yours, When: []Feature{Answering}},
		{Source: "service/app", Owner: tree.Yours},
	}
}

// needs says which features a file needs beyond those of its package, by its path below
// service/ without .go. A test file comes with what it tests.
func needs(name string) []Feature {
	switch strings.TrimSuffix(strings.TrimSuffix(name, ".go"), "_test") {
	case "api/http", "app/app_http":
		return []Feature{HTTP}
	case "api/grpc", "app/app_grpc":
		return []Feature{GRPC}
	case "api/http_peers":
		return []Feature{HTTP, Calls}
	case "api/grpc_peers":
		return []Feature{GRPC, Calls}
	case "api/http_archive":
		return []Feature{HTTP, Store}
	case "app/app", "lifecycle/server", "identity/server", "identity/rules", "identity/who",
		"identity/guard", "identity/guard_export", "identity/connections":
		return []Feature{Answering}
	case "identity/http":
		return []Feature{HTTP}
	case "identity/dial":
		return []Feature{HTTPCalls}
	case "identity/tls":
		return []Feature{Secured}
	case "identity/conn":
		return []Feature{Connected}
	case "app/app_public", "identity/public", "httpserver/public":
		return []Feature{Public}
	case "greetings/peers":
		return []Feature{Calls}
	case "greetings/composer":
		return []Feature{Composes}
	case "greetings/peers_compose":
		return []Feature{Calls, Alone}
	case "jobs/once":
		return []Feature{Store}
	case "env/int":
		return []Feature{Queued}
	case "env/secret_file", "ops/bounded":
		return []Feature{Store}
	case "identity/anyone":
		return []Feature{AnyCaller}
	case "greetings/peer_http":
		return []Feature{HTTPCalls}
	case "api/grpc_archive":
		return []Feature{GRPC, Store}
	case "api/archive", "greetings/archive", "greetings/repository":
		return []Feature{Store}
	case "store/migrations/0002_jobs.sql":
		return []Feature{Postgres}
	case "jobs/scheduled":
		return []Feature{Scheduled}
	case "jobs/queued":
		return []Feature{Queued}
	case "env/secret":
		return []Feature{Secrets}
	case "grpcserver/reflection":
		return []Feature{Reflection}
	case "instrument/http":
		return []Feature{OverHTTP}
	case "instrument/http_server", "instrument/http_chain":
		return []Feature{HTTP}
	case "instrument/http_client":
		return []Feature{HTTPCalls}
	case "instrument/grpc":
		return []Feature{OverGRPC}
	case "instrument/grpc_server":
		return []Feature{GRPC}
	case "instrument/grpc_client":
		return []Feature{GRPCCalls}
	case "store/trace":
		return []Feature{Lean}
	case "store/trace_otelpgx":
		return []Feature{Contrib}
	case "telemetry/propagator":
		return []Feature{Propagates}
	case "telemetry/http_metrics":
		return []Feature{Contrib, HTTP, Metered}
	case "telemetry/http_server":
		return []Feature{Contrib, HTTP}
	case "telemetry/http_client":
		return []Feature{Contrib, HTTPCalls}
	case "telemetry/grpc_server":
		return []Feature{Contrib, GRPC}
	case "telemetry/grpc_client":
		return []Feature{Contrib, GRPCCalls}
	case "telemetry/metrics_export":
		return []Feature{Metrics}
	case "telemetry/prometheus":
		return []Feature{Prometheus}
	case "telemetry/queue":
		return []Feature{Queue}
	case "telemetry/traces":
		return []Feature{Traces}
	case "telemetry/traces_grpc":
		return []Feature{TracesGRPC}
	case "telemetry/traces_http":
		return []Feature{TracesHTTP}
	case "telemetry/metrics":
		return []Feature{Metered}
	case "telemetry/metrics_grpc":
		return []Feature{MetricsGRPC}
	case "telemetry/metrics_http":
		return []Feature{MetricsHTTP}
	case "telemetry/logs":
		return []Feature{Logs}
	case "telemetry/logs_grpc":
		return []Feature{LogsGRPC}
	case "telemetry/logs_http":
		return []Feature{LogsHTTP}
	default:
		return nil
	}
}

// folder returns a row for each real file of a package.
func folder(p File) ([]File, error) {
	entries, err := fs.ReadDir(embedded, p.Source)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, e := range entries {
		f := p
		f.Source = path.Join(p.Source, e.Name())
		below := strings.TrimPrefix(f.Source, "service/")
		if e.IsDir() || isWired(below) {
			continue
		}
		f.Target = path.Join("internal", below)
		f.When = slices.Concat(p.When, needs(below))
		files = append(files, f)
	}
	return files, nil
}

// isWired reports whether a file below service/ is itself an output: the wiring of a service
// with every feature, kept so that the blueprint compiles. See package render.
func isWired(below string) bool {
	switch below {
	case "api/access.go", "api/access_test.go", "app/app.go", "app/observe.go", "app/database.go", "app/peers.go", "app/settings_test.go":
		return true
	default:
		return false
	}
}

func texts() []File {
	return []File{
		{Source: "files/README.md.tmpl", Target: "README.md", Owner: tree.Yours},
		{Source: "files/docs/runbook.md.tmpl", Target: "docs/runbook.md", Owner: tree.Yours},
		{Source: "files/Makefile.tmpl", Target: "Makefile", Owner: tree.Yours},
		{Source: "files/deploy/namespace.yaml.tmpl", Target: "deploy/namespace.yaml", Owner: tree.Managed},
		{Source: "files/CODEOWNERS.tmpl", Target: "CODEOWNERS", Owner: tree.Yours, When: []Feature{Owned}},
		{Source: "files/bump.sh.tmpl", Target: ".github/bump.sh", Owner: tree.Managed, When: []Feature{GitHub}},
		{Source: "files/bump.sh.tmpl", Target: ".gitlab/bump.sh", Owner: tree.Managed, When: []Feature{GitLab}},
		{Source: "files/SECURITY.md.tmpl", Target: "SECURITY.md", Owner: tree.Yours},
		{Source: "files/.editorconfig", Target: ".editorconfig", Owner: tree.Yours},
		{Source: "files/.gitattributes", Target: ".gitattributes", Owner: tree.Managed},
		{Source: "files/.gitignore", Target: ".gitignore", Owner: tree.Yours},
		{Source: "files/.golangci.yml", Target: ".golangci.yml", Owner: tree.Managed},
	}
}
