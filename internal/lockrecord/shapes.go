package main

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

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

// today are the choices that are built; a service has one of each.
var today = [][]choice{
	{
		{"traces", "metrics", "logs", "queue"}, {"traces", "metrics", "queue"}, {"traces", "logs", "queue"},
		{"metrics", "logs", "queue"}, {"traces", "queue"}, {"metrics"}, {"logs", "queue"},
	},
	{{"otlpgrpc"}, {"otlphttp"}},
	{{"calls"}, {}},
}

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

// A part is a file or a folder (ending in a slash) of the blueprints, and the features that
// must all be chosen for a service to have it.
type part struct {
	path  string
	needs []string
}

// parts are those that not every service has. For a file the longest path counts.
var parts = []part{
	{"service/api/", []string{"servehttp"}},
	{"service/api/peers", []string{"servehttp", "calls"}},
	{"service/app/", []string{"wired"}}, // beside wired packages that no shape has
	{"service/httpclient/", []string{"servehttp", "calls"}},
	{"service/httpserver/", []string{"servehttp"}},
	{"service/telemetry/http", []string{"servehttp", "contrib"}},
	{"service/telemetry/queue", []string{"queue"}},
	{"service/telemetry/traces", []string{"traces"}},
	{"service/telemetry/traces_grpc", []string{"traces", "otlpgrpc"}},
	{"service/telemetry/traces_http", []string{"traces", "otlphttp"}},
	{"service/telemetry/metrics", []string{"metrics"}},
	{"service/telemetry/metrics_grpc", []string{"metrics", "otlpgrpc"}},
	{"service/telemetry/metrics_http", []string{"metrics", "otlphttp"}},
	{"service/telemetry/logs", []string{"logs"}},
	{"service/telemetry/logs_grpc", []string{"logs", "otlpgrpc"}},
	{"service/telemetry/logs_http", []string{"logs", "otlphttp"}},
	{"locks/shapes/traces/", []string{"traces"}},
	{"locks/shapes/metrics/", []string{"metrics"}},
	{"locks/shapes/logs/", []string{"logs"}},
	{"locks/shapes/contribhttp/", []string{"servehttp", "contrib"}},
	{"locks/shapes/contribgrpc/", []string{"servegrpc", "contrib"}},
	{"locks/shapes/servegrpc/", []string{"servegrpc"}},
	{"locks/shapes/postgres/", []string{"postgres"}},
	{"locks/shapes/otelpgx/", []string{"otelpgx"}},
	{"locks/shapes/nats/", []string{"nats"}},
	{"locks/shapes/prometheus/", []string{"prometheus"}},
	{"locks/shapes/schedule/", []string{"schedule"}},
}

// Shapes are services that can be chosen from the blueprints below fsys: every combination
// of today's choices, and every combination of the coming ones with today's first and last.
// More of them add nothing to a recording; a test draws from all.
func Shapes(fsys fs.FS) ([]Shape, error) {
	files, err := goFiles(fsys)
	if err != nil {
		return nil, err
	}
	var shapes []Shape
	for _, features := range recorded() {
		shapes = append(shapes, shapeOf(features, files))
	}
	return shapes, nil
}

// recorded are the features of the shapes.
func recorded() [][]string {
	var now, first, last [][]choice
	for _, dimension := range coming {
		now = append(now, dimension[:1])
	}
	for _, dimension := range today {
		first = append(first, dimension[:1])
		last = append(last, dimension[len(dimension)-1:])
	}
	return slices.Concat(
		combinations(slices.Concat(today, now)),
		combinations(slices.Concat(first, coming))[1:], // without the one that is in both
		combinations(slices.Concat(last, coming))[1:],
	)
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

// shapeOf is the shape with the features; files are those of the blueprints.
func shapeOf(features []string, files map[string][]byte) Shape {
	s := Shape{Name: strings.Join(features, ","), Files: map[string][]byte{}}
	for name, src := range files {
		if !chosen(name, features) {
			continue
		}
		_, inside, _ := strings.Cut(name, "/") // without service/ or locks/
		s.Files[path.Join("internal", inside)] = src
	}
	return s
}

// chosen reports whether a service with the features has the blueprint file.
func chosen(name string, features []string) bool {
	var longest part
	for _, p := range parts {
		if strings.HasPrefix(name, p.path) && len(p.path) > len(longest.path) {
			longest = p
		}
	}
	for _, need := range longest.needs {
		if !slices.Contains(features, need) {
			return false
		}
	}
	return true
}

// goFiles are the Go files of the blueprints, with the imports that they have in a service.
func goFiles(fsys fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, root := range []string{"service", "locks/shapes"} {
		err := fs.WalkDir(fsys, root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(name) != ".go" {
				return err
			}
			src, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			files[name], err = render.Rewrite(src, "github.com/mintwright/mintwright/blueprints/service", serviceModule+"/internal")
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("reading blueprints: %w", err)
		}
	}
	return files, nil
}
