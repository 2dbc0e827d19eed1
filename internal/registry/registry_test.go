package registry

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const first = `groups:
  - id: registry.acme
    type: attribute_group
    brief: Ours.
    attributes:
      - id: acme.tenant.id
        type: string
        stability: stable
        brief: >
          The tenant.
        examples: [a, 7]
      - id: acme.rows
        type: int
      - id: acme.state
        type:
          allow_custom_values: false
          members:
            - id: open
              value: open
              brief: Not done.
            - {id: done, value: "done"}
      - id: acme.code
        type:
          members: [{id: ok, value: 0}]
      - id: acme.label
        type: template[string[]]
      - ref: service.name
        requirement_level: required
  - id: acme.old
    type: attribute_group
    prefix: acme.old
    attributes:
      - id: tenant
        type: string
        deprecated:
          reason: renamed
          renamed_to: acme.tenant.id
      - id: secret
        type: string
        deprecated: Nobody
          may see it.
      - id: gone
        type: boolean[]
        deprecated: {reason: obsoleted}
  - id: acme.span
    type: span
`

const second = `file_format: definition/2
attributes:
  - key: acme.cell
    type: string
    brief: A cell.
    stability: alpha
    something_new: [1]
attribute_groups:
  - id: x
    attributes: [{ref: acme.cell}]
spans:
  - type: y
    attributes: [{ref: acme.cell}]
`

const resolved = `file_format: resolved/2.0
schema_url: https://example.com/schemas/1.0.0
attribute_catalog:
- {key: acme.size, type: double, brief: b, stability: stable}
registry:
  attributes: [0]
`

func TestRead(t *testing.T) {
	files := fstest.MapFS{
		"r/a/first.yaml":          {Data: []byte(first)},
		"r/second.yml":            {Data: []byte("\ufeff" + second)},
		"r/resolved.yaml":         {Data: []byte(resolved)},
		"r/manifest.yaml":         {Data: []byte("schema_url: https://example.com/1.0.0\n")},
		"r/registry_manifest.yml": {Data: []byte("[")},
		"r/.github/ci.yaml":       {Data: []byte("[")},
		"r/other.yaml":            {Data: []byte("jobs: {}\n")},
		"r/published.yaml":        {Data: []byte("file_format: manifest/2.0\n")},
		"r/empty.yaml":            {},
		"r/README.md":             {Data: []byte("[")},
	}
	got, err := Read(files, "r", "r/second.yml")
	if err != nil {
		t.Fatal(err)
	}
	a := "r/a/first.yaml"
	want := []Attribute{
		{Key: "acme.cell", Type: "string", Brief: "A cell.", Stability: "alpha", File: "r/second.yml", Line: 3},
		{Key: "acme.code", Type: "enum", Members: []Member{{ID: "ok", Value: "0"}}, File: a, Line: 22},
		{Key: "acme.label", Type: "template[string[]]", File: a, Line: 25},
		{Key: "acme.old.gone", Type: "boolean[]", Deprecated: &Deprecation{Reason: "obsoleted"}, File: a, Line: 42},
		{Key: "acme.old.secret", Type: "string", Deprecated: &Deprecation{Note: "Nobody may see it."}, File: a, Line: 38},
		{Key: "acme.old.tenant", Type: "string", Deprecated: &Deprecation{Reason: "renamed", RenamedTo: "acme.tenant.id"}, File: a, Line: 33},
		{Key: "acme.rows", Type: "int", File: a, Line: 12},
		{Key: "acme.size", Type: "double", Brief: "b", Stability: "stable", File: "r/resolved.yaml", Line: 4},
		{Key: "acme.state", Type: "enum", Members: []Member{{ID: "open", Value: "open", Brief: "Not done."}, {ID: "done", Value: "done"}}, File: a, Line: 14},
		{Key: "acme.tenant.id", Type: "string", Brief: "The tenant.", Stability: "stable", File: a, Line: 6},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Attribute{}), cmpopts.IgnoreFields(Attribute{}, "Column")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestReadNothing(t *testing.T) {
	got, err := Read(fstest.MapFS{})
	if err != nil || len(got) != 0 {
		t.Error(got, err)
	}
}

func TestFaults(t *testing.T) {
	attribute := func(lines string) string { return "file_format: definition/2\nattributes:\n" + lines }
	for _, c := range []struct{ text, want string }{
		{"a: [", "x.yaml:1: this is no YAML: did not find expected node content"},
		{"", "x.yaml: this is no attribute registry"},
		{"- a\n", "x.yaml: this is no attribute registry"},
		{"groups: 7\n", "x.yaml:1:9: groups has to be a list"},
		{"groups:\n  - 7\n", "x.yaml:2:5: groups has an item that is no mapping"},
		{"file_format: definition/3\n", `x.yaml:1:14: file_format "definition/3" is not known`},
		{attribute("  - type: string\n"), "x.yaml:3:5: an attribute has neither a key nor an id"},
		{attribute("  - key: a.b\n"), `x.yaml:3:5: attribute "a.b" has no type`},
		{attribute("  - key: a.b\n    type: text\n"), `x.yaml:4:11: attribute "a.b": type "text" is none of`},
		{attribute("  - key: a.b\n    type: template[string\n"), `x.yaml:4:11: attribute "a.b": type "template[string" is none of`},
		{attribute("  - key: a.b\n    type: {member: []}\n"), `x.yaml:4:11: attribute "a.b": the type has no members`},
		{attribute("  - key: a.b\n    type: {members: [{id: x}]}\n"), `x.yaml:4:22: attribute "a.b": a member has no value`},
		{attribute("  - key: a b\n    type: int\n"), `x.yaml:3:5: attribute key "a b" has a space`},
		{attribute("  - key: [a]\n    type: int\n"), `x.yaml:3:10: key has to be a text`},
		{attribute("  - key: a.b\n    type: int\n    deprecated: [a]\n"), `x.yaml:5:17: attribute "a.b": deprecated has to be a mapping or a text`},
		{attribute("  - key: a.b\n    type: int\n    deprecated: {reason: renamed}\n"), `x.yaml:5:17: attribute "a.b" is renamed, but renamed_to is missing`},
		{attribute("  - {key: a.b, type: int}\n  - {key: a.b, type: string}\n"), `x.yaml:4:5: attribute "a.b" is defined otherwise at x.yaml:3`},
		{attribute("  - key: " + strings.Repeat("a", 300) + "\n    type: int\n"), "has more than 255 bytes"},
		{attribute("  - key: a.b\n    type: int\n    brief: " + strings.Repeat("a", 70000) + "\n"), "x.yaml:5:12: brief has more than 64 KiB"},
		{"file_format: definition/2\n" + strings.Repeat(" ", maxBytes), "x.yaml: the file has more than 8 MiB"},
		{attribute(strings.Repeat("  - type: int\n", 60)), "x.yaml: there is more that is wrong"},
	} {
		_, err := Read(fstest.MapFS{"x.yaml": {Data: []byte(c.text)}}, "x.yaml")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q: want %q, got %v", c.text, c.want, err)
		}
	}
	if _, err := Read(fstest.MapFS{}, "absent"); !os.IsNotExist(unwrap(err)) {
		t.Error(err)
	}
	two := attribute("  - key: a.b\n  - key: c.d\n")
	if _, err := Read(fstest.MapFS{"x.yaml": {Data: []byte(two)}}, "x.yaml"); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("want both faults, got %v", err)
	}
}

func unwrap(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok || os.IsNotExist(err) {
			return err
		}
		err = u.Unwrap()
	}
}

// TestBomb has a file that would stand for hundreds of millions of attributes.
func TestBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString("groups:\n  - &g\n    attributes:\n")
	for i := range 20000 {
		fmt.Fprintf(&b, "      - {id: a.b%d, type: int}\n", i)
	}
	b.WriteString(strings.Repeat("  - *g\n", 20000))
	_, err := Read(fstest.MapFS{"x.yaml": {Data: []byte(b.String())}}, "x.yaml")
	if err == nil || !strings.Contains(err.Error(), "more than 50000 attributes") {
		t.Error(err)
	}
	b.Reset()
	b.WriteString("file_format: definition/2\nattributes:\n  - {key: a.a, type: &t {members: &m [{value: 1}" + strings.Repeat(", {value: 1}", 9999) + "]}}\n")
	for i := range 9999 {
		fmt.Fprintf(&b, "  - {key: a.b%d, type: *t}\n", i)
	}
	if _, err := Read(fstest.MapFS{"x.yaml": {Data: []byte(b.String())}}, "x.yaml"); err == nil || !strings.Contains(err.Error(), "more than 200000 members") {
		t.Error(err)
	}
	if _, err := Read(fstest.MapFS{"x.yaml": {Data: []byte("groups: &a\n  - attributes: *a\n")}}, "x.yaml"); err == nil {
		t.Error("want an error: the list is an item of itself")
	}
}

func TestDeprecation(t *testing.T) {
	for want, d := range map[string]Deprecation{
		"renamed to a.b": {Reason: "renamed", RenamedTo: "a.b"}, "obsoleted": {Reason: "obsoleted"}, "deprecated": {}, "Use b, please.": {Note: "Use b,\n please."},
	} {
		if got := d.String(); got != want {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{first, second, resolved, "groups: &a\n  - attributes: *a\n", "a: [", "groups:\n- attributes:\n  - {id: a, type: {members: [{value: 1}]}}\n---\ngroups: []\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := Read(fstest.MapFS{"d/x.yaml": {Data: data}}, "d")
		if err != nil {
			if !strings.Contains(err.Error(), "d/x.yaml") {
				t.Errorf("the file is not named: %v", err)
			}
			return
		}
		if !slices.IsSortedFunc(list, func(a, b Attribute) int { return strings.Compare(a.Key, b.Key) }) {
			t.Error("not sorted")
		}
		for i, a := range list {
			if keyProblem(a.Key) != "" || a.Type != "enum" && !isType(a.Type) || a.Line < 1 || i > 0 && list[i-1].Key == a.Key {
				t.Errorf("accepted: %+v", a)
			}
		}
	})
}
