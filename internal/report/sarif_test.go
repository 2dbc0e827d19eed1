package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/mintwright/mintwright/internal/report/sariftest"
)

func asSARIF(t rapid.TB, d Document, o SARIFOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := SARIF(&b, d, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// valid fails the test for a log that a schema refuses.
func valid(t rapid.TB, s *jsonschema.Schema, log []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(log))
	if err == nil {
		err = s.Validate(doc)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
}

// schemas are the official one, and the part of it that concerns us in our own words.
func schemas() map[string]func(*testing.T) *jsonschema.Schema {
	return map[string]func(*testing.T) *jsonschema.Schema{
		"official": func(t *testing.T) *jsonschema.Schema { return sariftest.Official(t) },
		"part":     func(t *testing.T) *jsonschema.Schema { return sariftest.Schema(t, "testdata/sarif-part.schema.json") },
	}
}

func TestSARIFIsValid(t *testing.T) {
	for name, get := range schemas() {
		t.Run(name, func(t *testing.T) {
			s := get(t)
			valid(t, s, asSARIF(t, Document{}, SARIFOptions{}))
			valid(t, s, asSARIF(t, sample(t), SARIFOptions{Rules: rules(), Source: read, Baseline: true}))
			rapid.Check(t, func(t *rapid.T) {
				d, src := anyDocument(t)
				log := asSARIF(t, d, SARIFOptions{Rules: rules(), Source: src, Baseline: rapid.Bool().Draw(t, "baseline")})
				valid(t, s, log)
				if _, err := readSARIF(log); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// The schemas see what is wrong, so that their silence means something.
func TestSchemasRefuse(t *testing.T) {
	log := string(asSARIF(t, sample(t), SARIFOptions{Rules: rules(), Source: read, Baseline: true}))
	for name, get := range schemas() {
		t.Run(name, func(t *testing.T) {
			s := get(t)
			for _, c := range [][2]string{
				{`"startColumn": 18`, `"startColumn": 0`},
				{`"level": "note"`, `"level": "info"`},
				{`"app/foreign%20bytes.go"`, `"app/foreign%zzbytes.go"`},
				{`"snippet"`, `"snipet"`},
				{`"deletedRegion"`, `"region"`},
				{`"kind": "external"`, `"kind": "baseline"`},
				{`"executionSuccessful": false`, `"exitCode": 1`},
				{`"utf16CodeUnits"`, `"bytes"`},
				{`"version": "2.1.0"`, `"version": "2.1"`},
				{`"baselineState": "new"`, `"baselineState": "old"`},
			} {
				wrong := strings.ReplaceAll(log, c[0], c[1])
				if wrong == log {
					t.Errorf("there is no %s", c[0])
				}
				doc, err := jsonschema.UnmarshalJSON(strings.NewReader(wrong))
				if err != nil {
					t.Fatal(err)
				}
				if s.Validate(doc) == nil {
					t.Errorf("%s is accepted", c[1])
				}
			}
		})
	}
}

// readSARIF reads back a log that SARIF wrote, and checks what no schema can say.
func readSARIF(data []byte) (sarifLog, error) {
	var log sarifLog
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&log); err != nil {
		return log, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return log, errors.New("more than one value")
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 {
		return log, fmt.Errorf("version %q with %d runs", log.Version, len(log.Runs))
	}
	rules := log.Runs[0].Tool.Driver.Rules
	for i, r := range rules {
		if i > 0 && rules[i-1].ID >= r.ID {
			return log, fmt.Errorf("rule %q twice, or not sorted", r.ID)
		}
	}
	for _, r := range log.Runs[0].Results {
		if r.RuleIndex < 0 || r.RuleIndex >= len(rules) || rules[r.RuleIndex].ID != r.RuleID {
			return log, fmt.Errorf("rule %q has the index %d", r.RuleID, r.RuleIndex)
		}
		places := append(r.Locations, r.Related...)
		for _, l := range places {
			if err := l.check(); err != nil {
				return log, err
			}
		}
		for _, f := range r.Fixes {
			for _, c := range f.Changes {
				for _, e := range c.Replacements {
					if e.Deleted.EndColumn == 0 {
						return log, errors.New("a deletion to the end of the line")
					}
					if err := e.Deleted.check(); err != nil {
						return log, err
					}
				}
			}
		}
	}
	return log, nil
}

func (l *sarifLocation) check() error {
	if l.Physical == nil {
		return errors.New("a location without a file")
	}
	if _, err := url.Parse(l.Physical.Artifact.URI); err != nil {
		return err
	}
	if l.Physical.Region == nil {
		return nil
	}
	return l.Physical.Region.check()
}

func (r *sarifRegion) check() error {
	if r.EndLine != 0 && r.EndLine < r.StartLine || r.EndLine == r.StartLine && r.EndColumn < r.StartColumn {
		return fmt.Errorf("a region that ends before it starts: %+v", *r)
	}
	return nil
}

// What the sample's log says can be read back: places in the source, and edits that make of
// the source what the fix's edits make of it.
func TestSARIFRoundTrip(t *testing.T) {
	d := sample(t)
	log, err := readSARIF(asSARIF(t, d, SARIFOptions{Rules: rules(), Source: read, Baseline: true}))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range Sorted(d.Findings) {
		r := log.Runs[0].Results[i]
		if r.RuleID != f.Rule || r.Fingerprints[fingerprint] != f.Fingerprint || r.Locations[0].Physical.Region.StartLine != f.Position.Line {
			t.Errorf("want %+v, got %+v", f, r)
		}
		src, err := read(f.Position.File)
		if err != nil {
			continue
		}
		snippet := r.Locations[0].Physical.Region.Snippet.Text
		if want := string(src[f.Position.Offset:f.Position.EndOffset]); snippet != want {
			t.Errorf("%s: want the snippet %q, got %q", f.Rule, want, snippet)
		}
		for n, fix := range r.Fixes {
			e := f.Fixes[n].Edits[0]
			deleted := fix.Changes[0].Replacements[0].Deleted
			if got := newSource(src).offset(deleted.StartLine, deleted.StartColumn); got != e.Start {
				t.Errorf("%s: want the edit at %d, got %d", f.Rule, e.Start, got)
			}
			if got := newSource(src).offset(deleted.EndLine, deleted.EndColumn); got != e.End {
				t.Errorf("%s: want the edit to end at %d, got %d", f.Rule, e.End, got)
			}
		}
	}
}

// offset is the inverse of span.
func (s *source) offset(line, column int) int {
	text, _ := s.line(line)
	for i := range len(text) + 1 {
		if got, ok := s.units(line, i+1); ok && got == column {
			return s.starts[line-1] + i
		}
	}
	return -1
}

// A fix that does not fit the source is left out, and so is one without a source.
func TestSARIFFixes(t *testing.T) {
	src := func(string) ([]byte, error) { return []byte("package a\n"), nil }
	for _, c := range []struct {
		edit Edit
		src  Source
		want int
	}{
		{Edit{File: "a.go", Start: 3, End: 10}, src, 1},
		{Edit{File: "a.go", Start: 3, End: 11}, src, 0},
		{Edit{File: "a.go", Start: 4, End: 3}, src, 0},
		{Edit{File: "a.go", Start: -1, End: 3}, src, 0},
		{Edit{File: "a.go", Start: 3, End: 10}, nil, 0},
	} {
		d := Document{Findings: []Finding{{Rule: "r", Fixes: []Fix{{Message: "m", Edits: []Edit{c.edit}}}}}}
		log, err := readSARIF(asSARIF(t, d, SARIFOptions{Source: c.src}))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(log.Runs[0].Results[0].Fixes); got != c.want {
			t.Errorf("%+v: want %d fixes, got %d", c.edit, c.want, got)
		}
	}
}

func TestSpan(t *testing.T) {
	s := newSource([]byte("é𝄞x\r\nab\n"))
	for _, c := range []struct {
		start, end int
		want       sarifRegion
	}{
		{0, 0, sarifRegion{StartLine: 1, StartColumn: 1, EndLine: 1, EndColumn: 1}},
		{6, 7, sarifRegion{StartLine: 1, StartColumn: 4, EndLine: 1, EndColumn: 5}},
		{7, 9, sarifRegion{StartLine: 1, StartColumn: 5, EndLine: 2, EndColumn: 1}},
		{9, 12, sarifRegion{StartLine: 2, StartColumn: 1, EndLine: 3, EndColumn: 1}},
		{12, 12, sarifRegion{StartLine: 3, StartColumn: 1, EndLine: 3, EndColumn: 1}},
	} {
		if diff := cmp.Diff(c.want, s.span(c.start, c.end)); diff != "" {
			t.Errorf("%d to %d (-want +got):\n%s", c.start, c.end, diff)
		}
	}
}

func TestArtifact(t *testing.T) {
	for file, want := range map[string]sarifArtifact{
		"a/b.go":       {URI: "a/b.go", Base: root},
		"./a/../b.go":  {URI: "b.go", Base: root},
		"../b.go":      {URI: "../b.go", Base: root},
		"a b/ü%.go":    {URI: "a%20b/%C3%BC%25.go", Base: root},
		"a:b/c.go":     {URI: "./a:b/c.go", Base: root},
		"a?b#c.go":     {URI: "a%3Fb%23c.go", Base: root},
		"\xff.go":      {URI: "%FF.go", Base: root},
		"/abs/c d.go":  {URI: "file:///abs/c%20d.go"},
		"C:/abs/c.go":  {URI: "file:///C:/abs/c.go"},
		"//a/../../b/": {URI: "file:////a/../../b/"},
	} {
		if diff := cmp.Diff(want, artifact(file)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", file, diff)
		}
	}
}

// A log that can be read is written as it was.
func FuzzSARIF(f *testing.F) {
	f.Add(asSARIF(f, Document{}, SARIFOptions{}))
	f.Add(asSARIF(f, sample(f), SARIFOptions{Rules: rules(), Source: read, Baseline: true}))
	f.Add([]byte(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"ruleId":"x","ruleIndex":0}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		log, err := readSARIF(data)
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := encode(&first, log); err != nil {
			t.Fatal(err)
		}
		again, err := readSARIF(first.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if err := encode(&second, again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first.String(), second.String()); diff != "" {
			t.Errorf("(-first +second):\n%s", diff)
		}
	})
}
