package chart

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// chartOf is a chart with files beside a plain Chart.yaml.
func chartOf(t testing.TB, files map[string]string) *Chart {
	t.Helper()
	c, err := Load(source(files), ".")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func source(files map[string]string) fstest.MapFS {
	src := fstest.MapFS{"Chart.yaml": {Data: []byte("apiVersion: v2\nname: c\nversion: 1.0.0\n")}}
	for name, content := range files {
		src[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return src
}

func renderOf(t testing.TB, files map[string]string) (*Rendering, error) {
	t.Helper()
	c := chartOf(t, files)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return c.Render(ctx, c.Values(), Release{Name: "r", Namespace: "ns"})
}

func TestLoadFails(t *testing.T) {
	for name, tt := range map[string]struct {
		files fstest.MapFS
		want  string
		is    error
	}{
		"nothing":            {fstest.MapFS{"x": {Data: []byte("x")}}, "no Chart.yaml", ErrNoChart},
		"no name":            {fstest.MapFS{"Chart.yaml": {Data: []byte("version: 1.0.0")}}, "Chart.yaml: the chart has no name", nil},
		"a path as name":     {fstest.MapFS{"Chart.yaml": {Data: []byte("name: ../x")}}, "Chart.yaml: the chart has no name", nil},
		"a list":             {fstest.MapFS{"Chart.yaml": {Data: []byte("- a")}}, "Chart.yaml:1: not a mapping", nil},
		"no YAML":            {source(map[string]string{"values.yaml": "a: 1\nb: [\n"}), "values.yaml:", nil},
		"a tab":              {source(map[string]string{"values.yaml": "a:\n\tb: 1\n"}), "values.yaml:2:", nil},
		"infinity":           {source(map[string]string{"values.yaml": "a: 1\nb: .inf\n"}), "values.yaml:2: .inf has no place in JSON", nil},
		"a key that is none": {source(map[string]string{"values.yaml": "~: 1\n"}), "values.yaml:1: a key is null", nil},
		"a list as key":      {source(map[string]string{"values.yaml": "? [a]\n: 1\n"}), "values.yaml:1: a key is no text", nil},
		"a huge template":    {source(map[string]string{"templates/x.yaml": strings.Repeat("x", maxTemplate+1)}), "templates/x.yaml: too large", ErrTooLarge},
		"a pipe": {func() fstest.MapFS {
			f := source(nil)
			f["files/pipe"] = &fstest.MapFile{Mode: fs.ModeNamedPipe}
			return f
		}(), "no regular file", nil},
		"a bad ignore": {source(map[string]string{".helmignore": "a/**"}), "no pattern", nil},
		"laughs":       {source(map[string]string{"values.yaml": laughs()}), "values.yaml:", ErrTooLarge},
		"a pit":        {source(map[string]string{"values.yaml": strings.Repeat("[", 600) + strings.Repeat("]", 600)}), "values.yaml:", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(tt.files, ".")
			if err == nil || !strings.Contains(err.Error(), tt.want) || tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("want %q, got %v", tt.want, err)
			}
		})
	}
	many := source(nil)
	for i := range maxFiles + 1 {
		many[fmt.Sprintf("files/%d", i)] = &fstest.MapFile{}
	}
	if _, err := Load(many, "."); !errors.Is(err, ErrTooLarge) {
		t.Errorf("want too large, got %v", err)
	}
	if _, err := Load(fstest.MapFS{}, "none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("want not there, got %v", err)
	}
}

// laughs is a document that aliases make very large.
func laughs() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 9; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), i-1)
	}
	return b.String()
}

// A template that cannot be rendered says where, and what to do.
func TestRenderFails(t *testing.T) {
	helpers := "{{- define \"h\" -}}\n{{ .Values.a.b }}\n{{- end }}\n{{- define \"loop\" }}{{ include \"loop\" . }}{{ end }}\n{{- define \"self\" }}{{ template \"self\" . }}{{ end }}\n{{- define \"two\" }}{{ template \"two\" . }}{{ template \"two\" . }}{{ end }}"
	for name, tt := range map[string]struct{ template, want string }{
		"nil pointer":        {"a: 1\nb: {{ .Values.a.b }}\n", "templates/x.yaml:2: nil pointer evaluating interface {}.b"},
		"within an include":  {"a: 1\nb: {{ include \"h\" . }}\n", "templates/_h.tpl:2: nil pointer evaluating interface {}.b"},
		"required":           {"\n\na: {{ required \"name the owner\" .Values.owner }}", "templates/x.yaml:3: name the owner"},
		"fail":               {"{{ fail \"not so\" }}", "templates/x.yaml:1: not so"},
		"fail in tpl":        {"{{ tpl \"{{ fail \\\"deep\\\" }}\" . }}", "templates/x.yaml:1: deep"},
		"no such template":   {"{{ include \"nope\" . }}", "no template \"nope\""},
		"no such field":      {"{{ .Release.Nmae.x }}", "templates/x.yaml:1: nil pointer"},
		"not closed":         {"a\n{{ if true }}\n", "templates/x.yaml:3: unexpected EOF"},
		"bad syntax":         {"\n{{ .Values. }}", "templates/x.yaml:2: unexpected"},
		"wrong type":         {"{{ trunc \"a\" \"b\" }}", "templates/x.yaml:1: expected integer"},
		"wrong count":        {"{{ trunc }}", "templates/x.yaml:1: wrong number of args"},
		"division":           {"{{ div 1 0 }}", "divide by zero"},
		"index":              {"{{ index (list 1) 3 }}", "out of range"},
		"include for ever":   {"{{ include \"loop\" . }}", "too deep"},
		"template for ever":  {"{{ template \"self\" . }}", "too deep"},
		"a tree for ever":    {"{{ template \"two\" . }}", "too deep"},
		"range for ever":     {"{{ range 9999999999999 }}{{ end }}", "too many steps"},
		"until for ever":     {"{{ range until 999999999 }}{{ end }}", "too large"},
		"until overflows":    {"{{ untilStep -9223372036854775808 9223372036854775807 1 }}", "too large"},
		"seq for ever":       {"{{ seq 1 999999999 }}", "too large"},
		"repeat for ever":    {"{{ repeat 999999999 \"x\" }}", "too large"},
		"repeat of nothing":  {"{{ repeat -1 \"x\" }}", "negative Repeat count"},
		"indent for ever":    {"{{ indent 999999999 \"x\" }}", "too large"},
		"doubling":           {"{{ $s := \"xxxxxxxx\" }}{{ range until 64 }}{{ $s = printf \"%s%s\" $s $s }}{{ end }}", "too large"},
		"a tree of lists":    {"{{ $l := list 1 }}{{ range until 64 }}{{ $l = list $l $l }}{{ end }}{{ $l }}", "too large"},
		"a circle":           {"{{ $d := dict }}{{ $_ := set $d \"self\" $d }}{{ toYaml $d }}", "too large"},
		"a circle of merges": {"{{ $d := dict }}{{ $_ := merge $d (dict \"a\" $d) }}{{ toJson $d }}", "too large"},
		"a circle through $": {"{{ $_ := set .Values \"root\" $ }}{{ toJson .Values }}", "too large"},
		"replace for ever":   {"{{ $s := repeat 4000 \"x\" }}{{ replace \"x\" $s $s }}", "too large"},
		"much output":        {"{{ $s := repeat 1000000 \"x\" }}{{ range until 100 }}{{ $s }}{{ end }}", "too large"},
		"deep nesting":       {strings.Repeat("{{ if true }}", 300) + strings.Repeat("{{ end }}", 300), "nested too deep"},
		"regular expression": {"{{ regexFind \"(\" \"a\" }}", "missing closing )"},
		"a chart's version":  {"{{ semverCompare \">=x.y\" \"1\" }}", "no version constraint"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := renderOf(t, map[string]string{"templates/x.yaml": tt.template, "templates/_h.tpl": helpers})
			e, ok := errors.AsType[*Error](err)
			if !ok || !strings.Contains(err.Error(), tt.want) || e.Hint == "" || strings.Contains(e.Message, "\n") {
				t.Errorf("want %q, got %#v", tt.want, err)
			}
			if ok && e.Refused != (strings.Contains(tt.template, "fail") || strings.Contains(tt.template, "required")) {
				t.Errorf("refused: %v", e.Refused)
			}
		})
	}
}

func TestRenderEndsWithItsContext(t *testing.T) {
	c := chartOf(t, map[string]string{"templates/x.yaml": "{{ range 99999999 }}{{ range 99999999 }}{{ end }}{{ end }}"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Render(ctx, c.Values(), Release{}); !errors.Is(err, context.Canceled) {
		t.Errorf("want canceled, got %v", err)
	}
}

func TestRenderSkips(t *testing.T) {
	r, err := renderOf(t, map[string]string{
		"templates/_h.tpl":      "{{ define \"h\" }}{{ genCA \"x\" 1 }}{{ end }}{{ define \"ok\" }}1{{ end }}",
		"templates/a.yaml":      "a: {{ include \"ok\" . }}\n",
		"templates/b.yaml":      "b: {{ include \"h\" . }}\n",
		"templates/c.yaml":      "c: {{ now }}\n",
		"templates/d.yaml":      "{{ if false }}{{ randAlpha 3 }}{{ end }}d: 1\n",
		"templates/.hidden":     "{{",
		"charts/sub/Chart.yaml": "name: sub",
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range r.Manifests {
		names = append(names, m.Template)
	}
	if diff := gocmp.Diff([]string{"templates/a.yaml", "templates/d.yaml"}, names); diff != "" {
		t.Error(diff)
	}
	want := []Skipped{
		{"charts/sub/Chart.yaml", "charts within charts are not rendered"},
		{"templates/c.yaml", "the function now is not known here"},
		{"templates/b.yaml", "the function genCA is not known here"},
	}
	if diff := gocmp.Diff(want, r.Skipped); diff != "" {
		t.Error(diff)
	}
}

// Lines of what was rendered are those of the template that it comes from.
func TestLines(t *testing.T) {
	r, err := renderOf(t, map[string]string{
		"values.yaml":      "labels: {a: 1, b: 2}\nlist: [x, y]\n",
		"templates/_h.tpl": "{{ define \"h\" }}\n\nx: 1\ny: 2\n{{ end }}",
		"templates/a.yaml": `{{- /* a comment
over lines */ -}}
{{- if .Values.list }}
kind: A
labels:
  {{- toYaml .Values.labels | nindent 2 }}
list:
  {{- range .Values.list }}
  - name: {{ . }}
    at: here
  {{- end }}
{{- end }}
---
{{ include "h" . | trim }}
last: here
`,
	})
	if err != nil {
		t.Fatal(err)
	}
	a, b := r.Manifests[0], r.Manifests[1]
	for _, tt := range []struct {
		m    Manifest
		path []any
		want int
	}{
		{a, []any{"kind"}, 4},
		{a, []any{"labels"}, 5},
		{a, []any{"labels", "b"}, 6},
		{a, []any{"list"}, 7},
		{a, []any{"list", 0, "name"}, 9},
		{a, []any{"list", 1, "at"}, 10},
		{a, []any{"list", 1, "missing"}, 9},
		{b, []any{"y"}, 14},
		{b, []any{"last"}, 15},
	} {
		if got := tt.m.Line(tt.path...); got != tt.want {
			t.Errorf("%v: want %d, got %d", tt.path, tt.want, got)
		}
	}
}

func TestManifestsThatAreNone(t *testing.T) {
	r, err := renderOf(t, map[string]string{"templates/a.yaml": "a: 1\na: 2\n---\n- x\n---\n\na: [\n---\ntext\n---\n# nothing\n"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range r.Manifests {
		if m.Err != nil {
			got = append(got, m.Err.Error())
		} else {
			got = append(got, fmt.Sprint(m.Object, m.Twice))
		}
	}
	want := []string{
		"map[a:2] [{a 2}]", "templates/a.yaml:3: a document that is no object",
		"templates/a.yaml:7: did not find expected node content", "templates/a.yaml:8: a document that is no object",
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRenderIsRepeatable(t *testing.T) {
	c := chartOf(t, map[string]string{
		"values.yaml":      "a: {b: 1}\n",
		"templates/a.yaml": "{{ $_ := set .Values.a \"b\" 2 }}{{ $_ := set .Values \"c\" 3 }}v: {{ toJson .Values }}\nkeys: {{ keys .Values.a (dict \"z\" 1 \"y\" 2 \"x\" 3) | toJson }}\n",
	})
	values := c.Values()
	var first string
	for i := range 5 {
		r, err := c.Render(t.Context(), values, Release{})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = r.Manifests[0].Content
		}
		if got := r.Manifests[0].Content; got != first {
			t.Fatalf("want %q, got %q", first, got)
		}
	}
	if !strings.Contains(first, `{"a":{"b":2},"c":3}`) || values["c"] != nil {
		t.Errorf("got %q, and the values are %v", first, values)
	}
}

func TestKubeVersion(t *testing.T) {
	src := source(nil)
	src["Chart.yaml"] = &fstest.MapFile{Data: []byte("name: c\nversion: 1.0.0\nkubeVersion: '>=1.40'\n")}
	c, err := Load(src, ".")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Render(t.Context(), nil, Release{}); err == nil || !strings.Contains(err.Error(), "Chart.yaml: kubeVersion") {
		t.Errorf("got %v", err)
	}
	if _, err := c.Render(t.Context(), nil, Release{KubeVersion: "1.40.1"}); err != nil {
		t.Error(err)
	}
}
