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
	"github.com/mintwright/mintwright/internal/tree"
)

// Origin says how a file is made.
type Origin string

// The origins.
const (
	Real    Origin = "real"    // Go of the blueprints, its imports moved
	Static  Origin = "static"  // copied byte by byte
	Text    Origin = "text"    // a template of the blueprints, filled in
	Wired   Origin = "wired"   // Go that is emitted because it depends on the answers
	Derived Origin = "derived" // follows from the answers or from the other files
)

// File is one file of a service.
type File struct {
	Path   string // below the service's folder, with slashes
	Origin Origin
	Source string // of a real, static or text file: below blueprints.FS
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
		if has[f.When] {
			p.Files = append(p.Files, File{Path: f.Target, Origin: origin(f.Source), Source: f.Source, Mode: 0o644, Owner: f.Owner})
		}
	}
	p.Files = append(p.Files, wired(a)...)
	p.Files = append(p.Files, derived()...)
	slices.SortFunc(p.Files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return p, nil
}

// features returns the features that answers choose.
func features(a answers.Answers) map[blueprints.Feature]bool {
	has := map[blueprints.Feature]bool{
		blueprints.Always: true,
		blueprints.HTTP:   slices.Contains(a.Serve, "http"),
		blueprints.HTTPCalls: slices.ContainsFunc(a.Calls, func(c answers.Call) bool {
			return c.Protocol == "http"
		}),
		blueprints.Owned: a.Owner != "",
		// A collector that is reached by the web's own PKI knows its clients by a key.
		blueprints.Secrets: a.Telemetry.Collector.TLS == "system",
	}
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
	Config     = "internal/config/config.go"

	GoMod    = "go.mod"
	GoSum    = "go.sum"
	Answers  = "mintwright.yaml"
	Schema   = ".mintwright/schema.json"
	Snapshot = ".mintwright/base.tar.gz"
	Lock     = "mintwright.lock"
)

// Command returns the path of the main file of a service.
func Command(name string) string { return "cmd/" + name + "/main.go" }

func wired(a answers.Answers) []File {
	return []File{
		{Path: Command(a.Name), Origin: Wired, Mode: 0o644, Owner: tree.Managed},
		{Path: Access, Origin: Wired, Mode: 0o644, Owner: tree.Yours},
		{Path: AccessTest, Origin: Wired, Mode: 0o644, Owner: tree.Yours},
		{Path: App, Origin: Wired, Mode: 0o644, Owner: tree.Managed},
		{Path: Config, Origin: Wired, Mode: 0o644, Owner: tree.Managed},
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
