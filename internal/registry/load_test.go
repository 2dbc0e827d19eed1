package registry

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/internal/fault"
)

func files(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

// many is a text n times, each with its number.
func many(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// uses says which attributes a signal has, and how.
func uses(s *Signal) []string {
	var list []string
	for _, u := range s.Uses {
		text := fmt.Sprintf("%s %s", u.Key, u.Level)
		if u.Condition != "" {
			text += " (" + u.Condition + ")"
		}
		if u.Sampling {
			text += " sampling"
		}
		if u.Identifying {
			text += " identifying"
		}
		list = append(list, text+": "+u.Brief)
	}
	return list
}

// TestPrecedence has an attribute that is spoken of in several places: the nearest counts.
func TestPrecedence(t *testing.T) {
	r, err := Load(files("x.yaml", `file_format: definition/2
attributes:
  - {key: a.b, type: string, brief: defined, stability: stable}
  - {key: a.c, type: string, brief: defined, stability: stable}
  - {key: a.d, type: string, brief: defined, stability: stable}
attribute_groups:
  - id: g
    visibility: internal
    attributes:
      - {ref: a.b, brief: group, requirement_level: required}
      - {ref: a.c, requirement_level: {recommended: if cheap}}
spans:
  - type: s
    kind: client
    name: {note: the name}
    brief: S.
    stability: stable
    attributes:
      - {ref: a.b, brief: inline}
      - {ref_group: g}
      - {ref: a.d, sampling_relevant: true}
span_refinements:
  - id: s.fine
    ref: s
    attributes:
      - {ref: a.c, requirement_level: opt_in}
      - {ref: a.d, brief: refined}
entities:
  - type: e
    brief: E.
    stability: stable
    identity: [{ref: a.b}]
    description: [{ref: a.c}]
`), Options{}, "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"a.b required: inline", "a.c recommended (if cheap): defined", "a.d recommended sampling: defined"},
		{"a.b required: inline", "a.c opt_in: defined", "a.d recommended sampling: refined"},
		{"a.b recommended identifying: defined", "a.c recommended: defined"},
	}
	if diff := cmp.Diff(want, [][]string{uses(&r.Spans[0].Signal), uses(&r.Spans[1].Signal), uses(&r.Entities[0].Signal)}); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if s := r.Spans[1]; s.Name != "s" || s.Kind != "client" || s.NameNote != "the name" || s.Brief != "S." {
		t.Errorf("%+v", s)
	}
	if len(r.Groups) != 0 {
		t.Errorf("a group that is internal is among those of the registry: %+v", r.Groups)
	}
}

// TestDependencies has registries in folders beside, one of which depends on another.
func TestDependencies(t *testing.T) {
	all := files(
		"own/manifest.yaml", "schema_url: https://a.example/own/1.0.0\ndescription: Ours.\ndependencies: [{schema_url: https://a.example/mid/1.0.0, registry_path: ../mid}]\n",
		"own/x.yaml", "file_format: definition/2\nmetrics:\n  - {name: m, brief: M., unit: s, instrument: counter, stability: stable, attributes: [{ref: deep.a}, {ref: mid.a}]}\nimports: {metrics: [\"deep.*\", mid.m], spans: [\"*\"]}\n",
		"mid/manifest.yaml", "schema_url: https://a.example/mid/1.0.0\ndependencies: [{schema_url: https://a.example/deep/1.0.0, registry_path: deep}]\n",
		"mid/x.yaml", "file_format: definition/2\nattributes:\n  - {key: mid.a, type: int, brief: A., stability: stable}\nmetrics:\n  - {name: mid.m, brief: M., unit: s, instrument: gauge, stability: stable}\n  - {name: mid.n, brief: N., unit: s, instrument: gauge, stability: stable}\n",
		"deep/manifest.yaml", "file_format: manifest/2.0\nschema_url: https://a.example/deep/1.0.0\nresolved_registry_uri: resolved.yaml\n",
		"deep/resolved.yaml", "file_format: resolved/2.0\nattribute_catalog:\n  - {key: deep.a, type: string, brief: A., stability: stable}\nregistry:\n  attributes: [0]\n  metrics:\n    - {name: deep.m, unit: s, instrument: histogram, brief: M., stability: stable, attributes: [{base: 0, requirement_level: required}]}\n  spans:\n    - {type: deep.s, kind: server, name: {note: n}, brief: S., stability: stable}\n",
	)
	r, err := Load(all, Options{}, "own")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range r.Metrics {
		got = append(got, m.Name+" of "+m.From)
	}
	for _, a := range r.Foreign {
		got = append(got, a.Key+" of "+a.From)
	}
	want := []string{
		"deep.m of https://a.example/deep/1.0.0", "m of ", "mid.m of https://a.example/mid/1.0.0",
		"deep.a of https://a.example/deep/1.0.0", "mid.a of https://a.example/mid/1.0.0",
	}
	if diff := cmp.Diff(want, got); diff != "" || len(r.Spans) != 1 || r.SchemaURL != "https://a.example/own/1.0.0" || r.Description != "Ours." || len(r.Attributes) != 0 {
		t.Errorf("%s\n%+v", diff, r)
	}
	parts, err := Inputs(all, "own", "own")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for i := 0; i < len(parts); i += 2 {
		names = append(names, parts[i])
		if parts[i+1] == "" {
			t.Errorf("%s is empty", parts[i])
		}
	}
	if diff := cmp.Diff([]string{"../deep/manifest.yaml", "../deep/resolved.yaml", "../mid/manifest.yaml", "../mid/x.yaml", "manifest.yaml", "x.yaml"}, names); diff != "" {
		t.Error(diff)
	}
}

// TestHidden has definitions that registries which depend on theirs do not see.
func TestHidden(t *testing.T) {
	dependency := func(own string) error {
		_, err := Load(files(
			"own/manifest.yaml", "schema_url: https://a.example/own/1.0.0\ndependencies: [{schema_url: https://a.example/other/1.0.0, registry_path: ../other}]\n",
			"own/x.yaml", "file_format: definition/2\n"+own,
			"other/x.yaml", "file_format: definition/2\nattributes:\n- {key: o.seen, type: int}\n- {key: o.gone, type: int, annotations: {dependency_resolution: {exclude: true}}}\nmetrics:\n- {name: o.m, unit: s, instrument: gauge, annotations: {dependency_resolution: {exclude: true}}}\n",
		), Options{}, "own")
		return err
	}
	for own, want := range map[string]string{
		"events: [{name: e, attributes: [{ref: o.seen}]}]\n":     "",
		"events: [{name: e, attributes: [{ref: o.gone}]}]\n":     `attribute "o.gone", which is not defined`,
		"attributes: [{key: o.gone, type: string}]\n":            "",
		"attributes: [{key: o.seen, type: int}]\n":               `attribute "o.seen" is defined by https://a.example/other/1.0.0 already`,
		"imports: {metrics: [o.m]}\n":                            `no metric is named "o.m"`,
		"metric_refinements: [{id: r, ref: o.m}]\n":              `refines the metric "o.m", which is not defined`,
		"events: [{name: e, attributes: [{ref_group: absent}]}]": `group "absent", which is not defined`,
	} {
		err := dependency(own)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want %q, got %v", own, want, err)
		}
	}
}

// TestReadRenames has a schema file beside the registry: the registry knows more.
func TestReadRenames(t *testing.T) {
	const schema = "file_format: 1.1.0\nschema_url: https://a.example/2.0.0\nversions:\n  2.0.0:\n    all:\n      changes:\n        - rename_attributes:\n            attribute_map:\n              a.old: a.new\n              a.b: a.c\n  1.0.0:\n    spans:\n      changes:\n        - rename_attributes: {attribute_map: {a.b: a.x}}\n"
	all := files("s/b.yaml", schema, "s/a.yaml", "file_format: definition/2\nattributes:\n  - {key: a.old, type: int, deprecated: {reason: renamed, renamed_to: a.new}}\n")
	for _, order := range [][]string{{"s"}, {"s/b.yaml", "s/a.yaml"}} {
		got, err := Read(all, order...)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, a := range got {
			said = append(said, a.Key+" "+a.Type+" "+a.Deprecated.RenamedTo)
		}
		if diff := cmp.Diff([]string{"a.b any a.c", "a.old int a.new"}, said); diff != "" {
			t.Errorf("%q: %s", order, diff)
		}
	}
}

// TestBounds has files that are larger for what they say than for what they are.
func TestBounds(t *testing.T) {
	var chain, wide strings.Builder
	chain.WriteString("groups:\n")
	for i := range 40000 {
		fmt.Fprintf(&chain, "- {id: g%d, type: attribute_group, extends: g%d}\n", i, i+1)
	}
	chain.WriteString("- {id: g40000, type: attribute_group}\n")
	if r, err := Load(files("x.yaml", chain.String()), Options{}, "x.yaml"); err != nil || len(r.Groups) != 40001 {
		t.Errorf("a long chain: %v", err)
	}
	wide.WriteString("file_format: definition/2\nattributes:\n")
	for i := range 2000 {
		fmt.Fprintf(&wide, "- {key: a.b%d, type: int}\n", i)
	}
	wide.WriteString("attribute_groups:\n- id: g\n  visibility: internal\n  attributes:\n")
	for i := range 2000 {
		fmt.Fprintf(&wide, "  - {ref: a.b%d}\n", i)
	}
	wide.WriteString("events:\n")
	for i := range 2000 {
		fmt.Fprintf(&wide, "- {name: e%d, attributes: [{ref_group: g}]}\n", i)
	}
	for name, c := range map[string]struct{ text, want string }{
		"uses":         {wide.String(), "the signals have more than 200000 attributes together"},
		"entries":      {"file_format: definition/2\nattributes: [{key: a.b, type: int}]\nevents:\n- {name: e, attributes: &a [" + strings.Repeat("{ref: a.b},", 9999) + "{ref: a.b}]}\n" + strings.Repeat("- {name: e, attributes: *a}\n", 60), "more than 200000 references"},
		"texts":        {"file_format: definition/2\nattributes:\n- {key: a.b, type: int, note: &n " + strings.Repeat("x", 60000) + "}\n" + strings.Repeat("- {key: a.b, type: int, note: *n}\n", 2000), "more than 64 MiB"},
		"examples":     {"file_format: definition/2\nattributes:\n- {key: a.b, type: int, examples: &n [" + strings.Repeat("x", 60000) + "]}\n" + strings.Repeat("- {key: a.b, type: int, examples: *n}\n", 2000), "more than 64 MiB"},
		"groups":       {"groups:\n  - &g\n    id: g\n    attributes: [{ref: a}]\n" + strings.Repeat("  - *g\n", 30000), "there is more that is wrong"},
		"extends":      {"groups:\n- id: g\n  type: attribute_group\n  attributes:\n" + many("  - {id: a.b%d, type: int}\n", 3000) + "- {id: h, type: attribute_group, extends: [" + strings.Repeat("g, ", 30000) + "g]}\n", "the groups include each other too often"},
		"empty groups": {"groups:\n- &g {id: g, type: attribute_group}\n" + strings.Repeat("- *g\n", 250000), "more than 200000 references"},
		"members":      {"file_format: definition/2\nattributes:\n- key: a.b\n  type:\n    members:\n" + many("    - {id: m%d, value: x}\n", 150000) + "- {key: a.b, type: int}\n", "is defined already"},
		"imports":      {"groups: []\nimports:\n  metrics: [" + strings.Repeat("\"*\",", 5000) + "\"*\"]\n", "there is more that is wrong"},
		"self":         {"groups: &a\n  - id: x\n    attributes: *a\n", `attribute "x" has no type`},
	} {
		_, err := Load(files("x.yaml", c.text), Options{}, "x.yaml")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: want %q, got %.300v", name, c.want, err)
		}
	}
}

// TestDiamonds has registries that depend on the same ones over and over.
func TestDiamonds(t *testing.T) {
	m := fstest.MapFS{}
	for i := range 15 {
		m[fmt.Sprintf("r%d/manifest.yaml", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "schema_url: https://a.example/%d/1.0.0\ndependencies:\n"+strings.Repeat("- {schema_url: https://a.example/x/1.0.0, registry_path: ../r%[2]d}\n", 4), i, i+1)}
		m[fmt.Sprintf("r%d/x.yaml", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "file_format: definition/2\nattributes: [{key: a.b%d, type: int}]\n", i)}
	}
	m["r15/x.yaml"] = &fstest.MapFile{Data: []byte("file_format: definition/2\nattributes: [{key: a.last, type: int}]\n")}
	if _, err := Load(m, Options{}, "r0"); err != nil {
		t.Error(err)
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"a.*", "a.b", true}, {"a.*", "a", false}, {"*", "a", true}, {"a", "a", true}, {"a", "ab", false}, {"*.b", "a.b", true}, {"a*c*e", "abcde", true}, {"a*c*e", "abde", false}, {"a*a", "a", false},
	} {
		if got := matches(c.pattern, c.name); got != c.want {
			t.Errorf("%q %q: %v", c.pattern, c.name, got)
		}
	}
}

func TestNamed(t *testing.T) {
	for _, c := range []struct {
		args, files, folder string
	}{
		{"registry.yaml", "registry.yaml", ""},
		{"-o x.go registry.yaml more", "registry.yaml more", ""},
		{"--markdown=x.md --registry=../model r -check", "r", "../model"},
		{"-registry m -renames r.yaml -- -x", "-x", "m"},
		{"", "", ""},
		{"-package p -collector c.yaml a", "a", ""},
	} {
		list, folder := Named(strings.Fields(c.args))
		if strings.Join(list, " ") != c.files || folder != c.folder {
			t.Errorf("%q: %q %q", c.args, list, folder)
		}
	}
}

// FuzzLoad reads anything as a registry, as its manifest and as the registry that it depends on.
func FuzzLoad(f *testing.F) {
	for _, s := range []string{first, second, resolved, "groups: &a\n  - attributes: *a\n", "groups:\n- {id: a, extends: b}\n- {id: b, extends: a}\n"} {
		f.Add([]byte(s), []byte("schema_url: https://a.example/1.0.0\ndependencies: [{schema_url: https://b.example/1.0.0, registry_path: ../b}]\n"), []byte(second))
		f.Add([]byte(s), []byte("dependencies: [{registry_path: .}]"), []byte(s))
	}
	f.Fuzz(func(t *testing.T, data, manifest, other []byte) {
		all := fstest.MapFS{"d/x.yaml": {Data: data}, "d/manifest.yaml": {Data: manifest}, "b/x.yaml": {Data: other}}
		r, err := Load(all, Options{}, "d")
		if err != nil {
			if fault.All(err) == nil {
				t.Errorf("no fault: %v", err)
			}
			return
		}
		if !slices.IsSortedFunc(r.Attributes, func(a, b Attribute) int { return strings.Compare(a.Key, b.Key) }) {
			t.Error("not sorted")
		}
		for i := range r.Metrics {
			m := &r.Metrics[i]
			if m.Name == "" || m.Instrument == "" || len(m.Required())+len(m.Optional()) != len(m.Uses) {
				t.Errorf("accepted: %+v", m)
			}
		}
		if _, err := Inputs(all, "d", "d"); err != nil {
			t.Error(err)
		}
	})
}

// TestNoFile has files that are not there: the error is that of the file system.
func TestNoFile(t *testing.T) {
	if _, err := Load(files(), Options{}, "absent"); err == nil || !strings.Contains(err.Error(), fs.ErrNotExist.Error()) {
		t.Error(err)
	}
}
