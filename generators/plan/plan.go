// Package plan turns answers into the list of the files of a service: where each comes from,
// who owns it, and with what mode it is written. It decides; package render makes the bytes.
package plan

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/blueprints"
	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/tree"
)

// Origin says how a file is made.
type Origin string

// The origins.
const (
	Real    Origin = "real"    // Go of the blueprints, its imports moved
	Static  Origin = "static"  // copied byte by byte
	Text    Origin = "text"    // a template of the blueprints, filled in
	Proto   Origin = "proto"   // a gRPC contract, and the Go made of it
	Chart   Origin = "chart"   // made from the typed values of the chart
	Wired   Origin = "wired"   // Go that is emitted because it depends on the answers
	Derived Origin = "derived" // follows from the answers or from the other files
)

// File is one file of a service.
type File struct {
	Path   string // below the service's folder, with slashes
	Origin Origin
	Source string // of a real, static or text file: below blueprints.FS; of a contract: whose
	Mode   fs.FileMode
	Owner  tree.Owner
}

// Plan is what a service will consist of.
type Plan struct {
	Answers answers.Answers
	Files   []File // sorted by path
}

// Make returns the plan for valid answers.
func Make(a answers.Answers) (Plan, error) {
	manifest, err := blueprints.Manifest()
	if err != nil {
		return Plan{}, err
	}
	p := Plan{Answers: a}
	has := features(a)
	for _, f := range manifest {
		if !slices.ContainsFunc(f.When, func(need blueprints.Feature) bool { return !has[need] }) {
			p.Files = append(p.Files, File{Path: f.Target, Origin: origin(f.Source), Source: f.Source, Mode: 0o644, Owner: f.Owner})
		}
	}
	p.Files = append(p.Files, wired(a, has)...)
	p.Files = append(p.Files, contracts(a)...)
	p.Files = append(p.Files, chartFiles()...)
	p.Files = append(p.Files, derived()...)
	slices.SortFunc(p.Files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return p, nil
}

// features returns the features that answers choose.
func features(a answers.Answers) map[blueprints.Feature]bool {
	works := func(sources ...string) bool { return a.Serves("worker") && slices.Contains(sources, a.Worker.Source) }
	overHTTP, overGRPC := a.Serves("http") || a.CallsOver("http"), a.Serves("grpc") || a.CallsOver("grpc")
	lean := a.Telemetry.Middleware == "lean"
	has := map[blueprints.Feature]bool{
		blueprints.HTTP:       a.Serves("http"),
		blueprints.GRPC:       a.Serves("grpc"),
		blueprints.Worker:     a.Serves("worker"),
		blueprints.Answering:  a.Answering(),
		blueprints.Calls:      len(a.Calls) > 0,
		blueprints.HTTPCalls:  a.CallsOver("http"),
		blueprints.GRPCCalls:  a.CallsOver("grpc"),
		blueprints.OverHTTP:   overHTTP,
		blueprints.OverGRPC:   overGRPC,
		blueprints.Lean:       lean,
		blueprints.Contrib:    !lean,
		blueprints.Propagates: overHTTP || overGRPC && !lean,
		blueprints.Instrument: lean && (overHTTP || overGRPC),
		blueprints.Store:      a.Store != "none",
		blueprints.Scheduled:  works("schedule"),
		blueprints.Queued:     works("postgres", "nats"),
		blueprints.Postgres:   works("postgres"),
		blueprints.NATS:       works("nats"),
		blueprints.Reflection: a.Serves("grpc") && a.Allows("reflection"),
		blueprints.Public:     a.Public(),
		blueprints.AnyCaller:  a.Answering() && a.Allows("any-caller"),
		blueprints.Alone:      !a.Answering(),
		blueprints.Composes:   a.Answering() || len(a.Calls) == 0,
		blueprints.Prometheus: a.Telemetry.Prometheus,
		blueprints.Metered:    a.Telemetry.HasMetrics(),
		blueprints.Owned:      a.Owner != "",
		// A collector that is reached by the web's own PKI knows its clients by a key.
		blueprints.Secrets:    a.Telemetry.Collector.TLS == "system",
		blueprints.VAP:        slices.Contains(a.Deploy.Policy, "vap"),
		blueprints.Kyverno:    slices.Contains(a.Deploy.Policy, "kyverno"),
		blueprints.Gatekeeper: slices.Contains(a.Deploy.Policy, "gatekeeper"),
		blueprints.ArgoCD:     a.Deploy.GitOps == "argocd",
		blueprints.Flux:       a.Deploy.GitOps == "flux",
		blueprints.GitHub:     a.CI == "github",
		blueprints.GitLab:     a.CI == "gitlab",
		blueprints.Federates:  len(a.Identity.Federates) > 0,
		blueprints.Attested:   a.Telemetry.Collector.ID != "",
		blueprints.Apart:      !a.Telemetry.Collector.IsBeside(),
		blueprints.Beside:     a.Telemetry.Collector.IsBeside(),
	}
	has[blueprints.Connected] = a.Answering() || len(a.Calls) > 0 || has[blueprints.NATS]
	has[blueprints.Secured] = has[blueprints.Connected] || a.Telemetry.Collector.ID != ""
	grpc := a.Telemetry.Protocol == "grpc"
	for _, s := range []struct {
		signal                  string
		any, overGRPC, overHTTP blueprints.Feature
	}{
		{"traces", blueprints.Traces, blueprints.TracesGRPC, blueprints.TracesHTTP},
		{"metrics", blueprints.Metrics, blueprints.MetricsGRPC, blueprints.MetricsHTTP},
		{"logs", blueprints.Logs, blueprints.LogsGRPC, blueprints.LogsHTTP},
	} {
		chosen := slices.Contains(a.Telemetry.Signals, s.signal)
		has[s.any], has[s.overGRPC], has[s.overHTTP] = chosen, chosen && grpc, chosen && !grpc
	}
	has[blueprints.Queue] = has[blueprints.Traces] || has[blueprints.Logs]
	return has
}

func origin(source string) Origin {
	switch {
	case strings.HasSuffix(source, ".tmpl"):
		return Text
	case strings.HasSuffix(source, ".go"):
		return Real
	default:
		return Static
	}
}

// The files that are wired or derived, by their place. Command is the main package's.
const (
	Access     = "internal/api/access.go"
	AccessTest = "internal/api/access_test.go"
	App        = "internal/app/app.go"
	Observer   = "internal/app/observe.go"
	Database   = "internal/app/database.go"
	Peers      = "internal/app/peers.go"
	AppTest    = "internal/app/settings_test.go"
	Config     = "internal/config/config.go"

	ChartFolder = "deploy/chart"

	GoMod    = "go.mod"
	GoSum    = "go.sum"
	Answers  = "mintwright.yaml"
	Schema   = ".mintwright/schema.json"
	Snapshot = ".mintwright/base.tar.gz"
	Lock     = "mintwright.lock"
)

// Command returns the path of the main file of a service.
func Command(name string) string { return "cmd/" + name + "/main.go" }

func wired(a answers.Answers, has map[blueprints.Feature]bool) []File {
	all := []struct {
		path  string
		owner tree.Owner
		when  blueprints.Feature
	}{
		{Command(a.Name), tree.Managed, ""},
		{Access, tree.Yours, blueprints.Answering},
		{AccessTest, tree.Yours, blueprints.Answering},
		{App, tree.Managed, ""},
		{Observer, tree.Managed, ""},
		{Database, tree.Managed, blueprints.Store},
		{Peers, tree.Managed, blueprints.GRPCCalls},
		{Config, tree.Managed, ""},
		{AppTest, tree.Managed, ""},
	}
	var files []File
	for _, f := range all {
		if f.when == "" || has[f.when] {
			files = append(files, File{Path: f.path, Origin: Wired, Mode: 0o644, Owner: f.owner})
		}
	}
	return files
}

// chartFiles are the files of the chart that follow from its typed values; see package chart.
func chartFiles() []File {
	row := func(name string, owner tree.Owner) File {
		return File{Path: ChartFolder + "/" + name, Origin: Chart, Source: name, Mode: 0o644, Owner: owner}
	}
	return []File{
		row("values.yaml", tree.Yours),
		row("values-dev.yaml", tree.Yours),
		row("values-staging.yaml", tree.Yours),
		row("values-prod.yaml", tree.Yours),
		row("values.schema.json", tree.Managed),
		row("README.md", tree.Generated),
	}
}

func derived() []File {
	return []File{
		{Path: GoMod, Origin: Derived, Mode: 0o644, Owner: tree.Managed},
		{Path: GoSum, Origin: Derived, Mode: 0o644, Owner: tree.Managed},
		{Path: Answers, Origin: Derived, Mode: 0o644, Owner: tree.Yours},
		{Path: Schema, Origin: Derived, Mode: 0o644, Owner: tree.Generated},
		{Path: Snapshot, Origin: Derived, Mode: 0o644, Owner: tree.Generated},
		{Path: Lock, Origin: Derived, Mode: 0o644, Owner: tree.Generated},
	}
}

// contracts are the files of the gRPC contracts: the service's own, and those of whom it calls.
func contracts(a answers.Answers) []File {
	var files []File
	add := func(service string, protos ...string) {
		row := func(name string, owner tree.Owner) {
			files = append(files, File{Path: names.ProtoFolder(service) + "/" + name, Origin: Proto, Source: service, Mode: 0o644, Owner: owner})
		}
		row("generate.go", tree.Yours)
		for _, name := range protos {
			row(name+".proto", tree.Yours)
			row(name+".pb.go", tree.Generated)
			row(name+"_grpc.pb.go", tree.Generated)
		}
	}
	if a.Serves("grpc") {
		add(a.Name, append([]string{"greetings"}, MoreProtos(a)...)...)
	}
	for _, c := range a.Calls {
		if c.Protocol == "grpc" && !(a.Serves("grpc") && names.Proto(c.Name) == names.Proto(a.Name)) {
			add(c.Name, "greetings")
		}
	}
	return files
}

// MoreProtos names what a service's own contract holds beyond greetings.
func MoreProtos(a answers.Answers) []string {
	var more []string
	if len(a.Calls) > 0 {
		more = append(more, "peers")
	}
	if a.Store != "none" {
		more = append(more, "archive")
	}
	return more
}
