package main

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/generators/render"
)

// serviceModule is the module of the shapes. Nothing is recorded of it.
const serviceModule = "example.com/acme/orders"

// A Shape is a service as far as its dependencies go: its Go files, by slash path.
type Shape struct {
	Name  string
	Files map[string][]byte
}

// A choice is one of several that exclude each other: the features that it brings.
type choice []string

// coming are the choices whose blueprints do not exist: the first of each is what today's
// service has. Their imports stand in blueprints/locks/shapes.
var coming = [][]choice{
	{{"servehttp"}, {}},
	{{"contrib"}, {}},
	{{}, {"servegrpc"}},
	{{}, {"postgres"}, {"postgres", "otelpgx"}},
	{{}, {"schedule"}, {"nats"}, {"schedule", "nats"}},
	{{}, {"prometheus"}},
}

// A part is a file or a folder (ending in a slash), and the features that must all be chosen
// for a service to have it.
type part struct {
	path  string
	needs []string
}

// replaced are the parts of today's service that not every coming one has. What takes the
// place of the wiring imports what blueprints/locks/shapes/service does.
var replaced = []part{
	{"cmd/", []string{"servehttp"}},
	{"internal/api/", []string{"servehttp"}},
	{"internal/app/", []string{"servehttp"}},
	{"internal/httpclient/", []string{"servehttp"}},
	{"internal/httpserver/", []string{"servehttp"}},
	{"internal/telemetry/http.go", []string{"servehttp", "contrib"}}, // has otelhttp
}

// added are the folders of blueprints/locks/shapes.
var added = []part{
	{"service/", nil},
	{"contribgrpc/", []string{"servegrpc", "contrib"}},
	{"servegrpc/", []string{"servegrpc"}},
	{"postgres/", []string{"postgres"}},
	{"otelpgx/", []string{"otelpgx"}},
	{"nats/", []string{"nats"}},
	{"prometheus/", []string{"prometheus"}},
	{"schedule/", []string{"schedule"}},
}

// Shapes are the services that can be chosen today, as they are rendered, and every
// combination of the coming choices with today's first and last; fsys holds the folders of
// blueprints/locks/shapes. More of them add nothing to a recording; a test draws from all.
func Shapes(fsys fs.FS) ([]Shape, error) {
	now, err := today()
	if err != nil {
		return nil, err
	}
	stands, err := goFiles(fsys)
	if err != nil {
		return nil, err
	}
	shapes := now
	for _, base := range []Shape{now[0], now[len(now)-1]} {
		for _, features := range combinations(coming)[1:] { // the first is today's
			shapes = append(shapes, base.with(features, stands))
		}
	}
	return shapes, nil
}

// today are the services of every combination of the choices that bring imports of their own.
func today() ([]Shape, error) {
	var shapes []Shape
	for _, signals := range [][]string{
		{"traces", "metrics", "logs"}, {"traces", "metrics"}, {"traces", "logs"}, {"metrics", "logs"}, {"traces"}, {"metrics"}, {"logs"},
	} {
		for _, protocol := range []string{"grpc", "http/protobuf"} {
			for _, calls := range [][]answers.Call{
				{{Name: "ledger", Protocol: "http", ID: "spiffe://example.org/ledger", Address: "ledger:8443"}}, nil,
			} {
				a := answers.Defaults("orders", serviceModule)
				a.Telemetry.Signals, a.Telemetry.Protocol, a.Calls = signals, protocol, calls
				s, err := rendered(a)
				if err != nil {
					return nil, err
				}
				shapes = append(shapes, s)
			}
		}
	}
	return shapes, nil
}

func rendered(a answers.Answers) (Shape, error) {
	s := Shape{Name: fmt.Sprintf("%s over %s, %d calls", strings.Join(a.Telemetry.Signals, ","), a.Telemetry.Protocol, len(a.Calls)), Files: map[string][]byte{}}
	p, err := plan.Make(a)
	if err != nil {
		return Shape{}, err
	}
	files, err := render.Files(p)
	if err != nil {
		return Shape{}, err
	}
	for _, f := range files {
		if path.Ext(f.Path) == ".go" {
			s.Files[f.Path] = f.Content
		}
	}
	return s, nil
}

// with is the shape with coming features; stands are the files that stand for theirs.
func (s Shape) with(features []string, stands map[string][]byte) Shape {
	t := Shape{Name: s.Name + "; " + strings.Join(features, ","), Files: maps.Clone(s.Files)}
	maps.DeleteFunc(t.Files, func(name string, _ []byte) bool { return !chosen(name, features, replaced) })
	for name, src := range stands {
		if chosen(name, features, added) {
			t.Files["internal/shapes/"+name] = src
		}
	}
	return t
}

// combinations are the features of every way to take one choice of each.
func combinations(dimensions [][]choice) [][]string {
	all := [][]string{nil}
	for _, dimension := range dimensions {
		var longer [][]string
		for _, features := range all {
			for _, c := range dimension {
				longer = append(longer, slices.Concat(features, c))
			}
		}
		all = longer
	}
	return all
}

// chosen reports whether a service with the features has the file, as far as parts say.
func chosen(name string, features []string, parts []part) bool {
	for _, p := range parts {
		if strings.HasPrefix(name, p.path) {
			return !slices.ContainsFunc(p.needs, func(need string) bool { return !slices.Contains(features, need) })
		}
	}
	return true
}

// goFiles are the Go files below fsys.
func goFiles(fsys fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".go" {
			return err
		}
		files[name], err = fs.ReadFile(fsys, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the imports of coming choices: %w", err)
	}
	return files, nil
}
