package chart

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// No template and no values make it panic, hang or grow; what it gives is the same twice.
func FuzzRender(f *testing.F) {
	for _, seed := range [][2]string{
		{"a: {{ .Values.a }}\n---\n{{ toYaml . | nindent 2 }}", "a: on\nb: [1, 2]"},
		{"{{- range $k, $v := .Values }}{{ $k }}: {{ $v | quote }}\n{{ end }}", "a: {b: c}"},
		{"{{ define \"x\" }}{{ . }}{{ end }}{{ include \"x\" 1 }}{{ tpl .Values.t . }}", "t: '{{ .Release.Name }}'"},
		{"{{ $d := dict \"a\" (list 1 \"b\") }}{{ $_ := set $d \"c\" $d }}{{ $d }}", ""},
		{"{{ with (index .Values.a 0) }}{{ . | b64enc | trunc 5 | sha256sum }}{{ end }}", "a: [x]"},
		{"{{ printf \"%v %q %1000000d\" .Values 1 2 }}{{ regexReplaceAll \"a*\" \"aaa\" \"$0$0\" }}", "x: 1"},
		{"{{ merge .Values (dict \"a\" 1) | toJson | fromJson | toYaml | fromYaml }}", "b: ~"},
		{"{{ semverCompare \">=1.2-0 || ^3\" .Chart.Version }}{{ .Files.Glob \"**{a,b}[c-\" }}", ""},
		{"{{ range until 10 }}{{ break }}{{ else }}{{ fail \"x\" }}{{ end }}{{ slice (list 1 2 3) 1 9 }}", ""},
		{"{{ without (list 1 2) 1 | first | add 1 2.5 \"3\" | div 0 }}", ""},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, values string) {
		c, err := Load(source(map[string]string{"templates/x.yaml": text, "values.yaml": values, "files/a": "a"}), ".")
		if err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		begin := time.Now()
		first, err := c.Render(ctx, c.Values(), Release{Name: "r", Namespace: "n"})
		if d := time.Since(begin); d > 30*time.Second {
			t.Errorf("it took %v", d)
		}
		if err != nil {
			if e, ok := errors.AsType[*Error](err); ok && (e.Message == "" || strings.Contains(e.Message, "\n")) {
				t.Errorf("%#v", e)
			}
			return
		}
		second, err := c.Render(ctx, c.Values(), Release{Name: "r", Namespace: "n"})
		if err != nil && ctx.Err() == nil || err == nil && (second.Notes != first.Notes || len(second.Manifests) != len(first.Manifests)) {
			t.Errorf("another time it gives something else: %v", err)
		}
		for i, m := range first.Manifests {
			if err == nil && second.Manifests[i].Content != m.Content && !strings.Contains(text, "0x") {
				t.Errorf("want %q, got %q", m.Content, second.Manifests[i].Content)
			}
			_ = m.Line("a", 0, "b")
		}
	})
}

// Any YAML is read or refused, with a line of it, and what is read can be written as JSON.
func FuzzDocuments(f *testing.F) {
	for _, seed := range []string{
		"a: 1\n---\nb: [on, ~, 0x1, 1e3, .5, 1_0]\n", "<<: {a: 1}\na: &x {b: *x}\n", "? [a]\n: b\n", "a: !!binary aGk=\n", "%YAML 1.1\n---\na: |2-\n   x\n",
		"--- # x\n- a\n---\n...\n", "a: 'b\n\n  c'\n\"\\x41\": >+\n  d\n\n", "\t", "a: .nan", "{a: b, a: c}", "a: \"\\ud800\"",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + 1
		for _, d := range Documents(text) {
			if d.Err != nil {
				if d.Err.Message == "" || d.Err.Line < 1 || d.Err.Line > lines {
					t.Errorf("%#v", d.Err)
				}
				continue
			}
			if _, err := json.Marshal(d.Value); err != nil {
				t.Error(err)
			}
			if line := LineOf(d.Root, "a", 0, "b"); line < 1 {
				t.Errorf("line %d of %d", line, lines)
			}
		}
		_, _ = ReadValues([]byte(text))
	})
}

// What toYaml writes is read back as it was, whatever strings there are.
func FuzzToYAML(f *testing.F) {
	for _, seed := range []string{"on", "1e3", "a\nb\n\n", " x", "x ", "\u0085", "a: b", "- a", "\n", "\t\n", "a\r\nb", "\u2028", "\xff", "é", "1:30", "''", "\"", "#", "a #", "---", "? ", "\x00", "  a\n b", "|", "\ufeffa"} {
		f.Add(seed, "k")
	}
	f.Fuzz(func(t *testing.T, s, key string) {
		value := map[string]any{key: s, "list": []any{s, []any{s}, map[string]any{key: s}, map[string]any{}, []any{}, nil, 1.5, true}}
		var want any
		b, err := json.Marshal(value)
		if err != nil {
			t.Skip(err)
		}
		if err := json.Unmarshal(b, &want); err != nil {
			t.Skip(err)
		}
		written := toYAML(value) + "\n" // which Helm takes away, whatever it belongs to
		got, err := ReadYAML(written)
		if key == "<<" { // go-yaml does not quote it either
			return
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q\nwant %#v\ngot  %#v (%v)", written, want, got, err)
		}
	})
}

func FuzzSemver(f *testing.F) {
	f.Add(">=1.2 <2 || ~3.x", "1.2.3-rc.1+x")
	f.Add("1.2 - 3", "v2")
	f.Fuzz(func(t *testing.T, constraint, version string) {
		_, _ = Satisfies(constraint, version)
		if v, err := ParseVersion(version); err == nil {
			if again, err := ParseVersion(v.String()); err != nil || again.Compare(v) != 0 {
				t.Errorf("%s: %v", v, err)
			}
		}
	})
}

func FuzzValidate(f *testing.F) {
	f.Add(`{"properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{"type":"integer"}}}`, `{"a":1}`)
	f.Fuzz(func(t *testing.T, schema, values string) {
		var m map[string]any
		if json.Unmarshal([]byte(values), &m) != nil {
			return
		}
		_, _, _ = (&Chart{Schema: []byte(schema)}).Validate(m)
	})
}

func FuzzIgnore(f *testing.F) {
	f.Add("*.bak\n!x\n/a/\n#\n[", "a/b.bak")
	f.Fuzz(func(t *testing.T, rules, name string) {
		r, err := readIgnore(fstest.MapFS{".helmignore": {Data: []byte(rules)}}, ".helmignore")
		if err == nil {
			r.match(name, false)
		}
	})
}
