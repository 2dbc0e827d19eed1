package render

import (
	"bytes"
	"fmt"
	"go/format"
	gopath "path"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
)

// wire emits the Go file at path, which depends on what was chosen.
func wire(a answers.Answers, path string) ([]byte, error) {
	var f *jen.File
	switch path {
	case plan.Command(a.Name):
		f = command(a)
	case plan.App:
		f = app(a)
	case plan.Observer:
		f = observer(a)
	case plan.Database:
		f = database(a)
	case plan.Peers:
		f = peers(a)
	case plan.AppTest:
		f = appTest(a)
	case plan.Config:
		f = config(a)
	case plan.Access:
		f = access(a)
	case plan.AccessTest:
		f = accessTest(a)
	default:
		panic("no wiring for " + path)
	}
	f.NoFormat = true // once, when the imports are grouped
	var out bytes.Buffer
	if err := f.Render(&out); err != nil {
		return nil, err
	}
	grouped, err := groupImports(out.Bytes(), a.Module)
	if err != nil {
		return nil, err
	}
	return format.Source(grouped)
}

// Import paths of what the wiring names.
const (
	spiffeidPath     = "github.com/spiffe/go-spiffe/v2/spiffeid"
	protoreflectPath = "google.golang.org/protobuf/reflect/protoreflect"
	grpcPath         = "google.golang.org/grpc"
	otelMetricPath   = "go.opentelemetry.io/otel/metric"
	otelTracePath    = "go.opentelemetry.io/otel/trace"
	noopMetricPath   = "go.opentelemetry.io/otel/metric/noop"
	noopTracePath    = "go.opentelemetry.io/otel/trace/noop"
)

// newFile returns a file of package name in which every import goes by its own name.
func newFile(a answers.Answers, path, name string) *jen.File {
	f := jen.NewFilePathName(own(a, path), name)
	for _, p := range []string{
		"api", "app", "config", "env", "greetings", "grpcclient", "grpcserver", "httpclient", "httpserver", "identity", "instrument",
		"jobs", "lifecycle", "ops", "ping", "store", "telemetry", "worker", "worker/natsqueue", "worker/pgqueue", "worker/schedule",
	} {
		f.ImportName(own(a, p), gopath.Base(p))
	}
	f.ImportNames(map[string]string{spiffeidPath: "spiffeid", otelMetricPath: "metric", otelTracePath: "trace", noopMetricPath: "noop", grpcPath: "grpc", grpcPath + "/stats": "stats", protoreflectPath: "protoreflect"})
	return f
}

// own returns the import path of an internal package of the service.
func own(a answers.Answers, name string) string { return a.Module + "/internal/" + name }

// comment adds a comment of several lines.
func comment(f *jen.File, lines ...string) {
	for _, l := range lines {
		f.Comment(l)
	}
}

// lines is a braced list with an item a line.
func lines(items ...jen.Code) *jen.Statement {
	return jen.Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, items...)
}

// keyed is an item of a struct literal.
func keyed(name string, value jen.Code) jen.Code { return jen.Id(name).Op(":").Add(value) }

// ifErr is the usual return of err, with zero values before it.
func ifErr(zeros ...jen.Code) jen.Code {
	return jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(append(zeros, jen.Err())...))
}

// assign is `name, err := call` followed by the return of err.
func assign(name string, call jen.Code, zeros ...jen.Code) []jen.Code {
	return []jen.Code{jen.List(jen.Id(name), jen.Err()).Op(":=").Add(call), ifErr(zeros...)}
}

// id is a SPIFFE ID that is known to be right.
func id(text string) *jen.Statement {
	return jen.Qual(spiffeidPath, "RequireFromString").Call(jen.Lit(text))
}

// spiffeID returns the service's own SPIFFE ID.
func spiffeID(a answers.Answers) string {
	return fmt.Sprintf("spiffe://%s%s", a.Identity.TrustDomain, a.Identity.Path)
}
