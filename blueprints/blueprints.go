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
	Always      Feature = ""
	HTTP        Feature = "serve http"
	HTTPCalls   Feature = "calls over http"
	Owned       Feature = "owner"
	Secrets     Feature = "secrets"
	Queue       Feature = "traces or logs"
	Traces      Feature = "traces"
	TracesGRPC  Feature = "traces over grpc"
	TracesHTTP  Feature = "traces over http"
	Metrics     Feature = "metrics"
	MetricsGRPC Feature = "metrics over grpc"
	MetricsHTTP Feature = "metrics over http"
	Logs        Feature = "logs"
	LogsGRPC    Feature = "logs over grpc"
	LogsHTTP    Feature = "logs over http"
)

// File is a row of the manifest.
type File struct {
	Source string // below FS
	Target string // below the service's folder
	Owner  tree.Owner
	When   Feature
}

// telemetryFeature is the feature with which a file of package telemetry comes.
// A test file comes with what it tests.
func telemetryFeature(name string) Feature {
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".go"), "_test")
	switch name {
	case "queue":
		return Queue
	case "traces":
		return Traces
	case "traces_grpc":
		return TracesGRPC
	case "traces_http":
		return TracesHTTP
	case "metrics":
		return Metrics
	case "metrics_grpc":
		return MetricsGRPC
	case "metrics_http":
		return MetricsHTTP
	case "logs":
		return Logs
	case "logs_grpc":
		return LogsGRPC
	case "logs_http":
		return LogsHTTP
	default:
		return Always
	}
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
	return append(files, texts()...), nil
}

// packages lists the Go packages below service/ with what they have in common.
func packages() []File {
	return []File{
		{Source: "service/env", Owner: tree.Managed, When: Always},
		{Source: "service/identity", Owner: tree.Managed, When: Always},
		{Source: "service/identity/identitytest", Owner: tree.Managed, When: Always},
		{Source: "service/lifecycle", Owner: tree.Managed, When: Always},
		{Source: "service/ops", Owner: tree.Managed, When: Always},
		{Source: "service/telemetry", Owner: tree.Managed, When: Always},
		{Source: "service/httpserver", Owner: tree.Managed, When: HTTP},
		{Source: "service/httpclient", Owner: tree.Managed, When: HTTPCalls},
		{Source: "service/api", Owner: tree.Yours, When: HTTP},
		{Source: "service/app", Owner: tree.Yours, When: HTTP},
	}
}

// folder returns a row for each real Go file of a package.
func folder(p File) ([]File, error) {
	entries, err := fs.ReadDir(embedded, p.Source)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".go") || isWired(p.Source+"/"+name) {
			continue
		}
		f := p
		f.Source = path.Join(p.Source, name)
		f.Target = path.Join("internal", strings.TrimPrefix(f.Source, "service/"))
		switch {
		case p.Source == "service/telemetry":
			f.When = telemetryFeature(name)
		case strings.HasPrefix(f.Source, "service/api/peers"):
			f.When = HTTPCalls
		case strings.HasPrefix(f.Source, "service/env/secret"):
			f.When = Secrets
		}
		files = append(files, f)
	}
	return files, nil
}

// isWired reports whether a file below service/ is itself an output: the wiring of a service
// with every feature, kept so that the blueprint compiles. See package render.
func isWired(source string) bool {
	switch source {
	case "service/api/access.go", "service/api/access_test.go", "service/app/app.go":
		return true
	default:
		return false
	}
}

func texts() []File {
	return []File{
		{Source: "files/README.md.tmpl", Target: "README.md", Owner: tree.Yours},
		{Source: "files/Makefile.tmpl", Target: "Makefile", Owner: tree.Yours},
		{Source: "files/CODEOWNERS.tmpl", Target: "CODEOWNERS", Owner: tree.Yours, When: Owned},
		{Source: "files/.editorconfig", Target: ".editorconfig", Owner: tree.Yours},
		{Source: "files/.gitattributes", Target: ".gitattributes", Owner: tree.Managed},
		{Source: "files/.gitignore", Target: ".gitignore", Owner: tree.Yours},
		{Source: "files/.golangci.yml", Target: ".golangci.yml", Owner: tree.Managed},
	}
}
