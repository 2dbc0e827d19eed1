package fix

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"github.com/mintwright/mintwright/internal/report"
)

// findings reads a list of fixes for a file, see cases.txtar.
func findings(t testing.TB, name, content, list string) []report.Finding {
	t.Helper()
	var found []report.Finding
	for line := range strings.Lines(list) {
		rule, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		f := report.Finding{Rule: rule, Severity: report.Error, Confidence: report.High, Fixes: []report.Fix{{Message: rule}}}
		for rest != "" {
			verb, more, _ := strings.Cut(rest, " ")
			at, more := quoted(t, more)
			text, more := quoted(t, more)
			rest = more
			start := strings.Index(content, at)
			if start < 0 {
				start = len(content) // insert "\n#" means: at the end
			}
			e := report.Edit{File: name, Start: start, End: start + len(at), New: text}
			if verb == "insert" {
				e.End = start
			}
			f.Fixes[0].Edits = append(f.Fixes[0].Edits, e)
		}
		first := f.Fixes[0].Edits[0]
		f.Position = report.Position{File: name, Offset: first.Start, EndOffset: first.End}
		found = append(found, f)
	}
	return found
}

func quoted(t testing.TB, s string) (text, rest string) {
	t.Helper()
	s = strings.TrimLeft(s, " ")
	q, err := strconv.QuotedPrefix(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	text, _ = strconv.Unquote(q)
	return text, strings.TrimLeft(s[len(q):], " ")
}

func source(files map[string]string) report.Source {
	return func(name string) ([]byte, error) {
		if content, ok := files[name]; ok {
			return []byte(content), nil
		}
		return nil, fs.ErrNotExist
	}
}

func cases(t testing.TB) map[string]string {
	t.Helper()
	data, err := os.ReadFile("testdata/cases.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range txtar.Parse(data).Files {
		files[f.Name] = string(f.Data)
	}
	return files
}

func TestApply(t *testing.T) {
	files := cases(t)
	for name, list := range files {
		name, isCase := strings.CutSuffix(name, ".fixes")
		if !isCase {
			continue
		}
		content := files[name+".go"]
		r := Apply(findings(t, name+".go", content, list), source(files), nil)
		got := ""
		if len(r.Files) > 0 {
			got = string(r.Files[0].New)
		}
		if diff := cmp.Diff(files[name+".want"], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(files[name+".left"], left(r)); diff != "" {
			t.Errorf("%s: left (-want +got):\n%s", name, diff)
		}
		if want, got := strings.Count(list, "\n"), len(r.Applied)+len(r.Left); want != got {
			t.Errorf("%s: of %d fixes %d are accounted for", name, want, got)
		}
	}
}

func left(r Result) string {
	var lines []string
	for _, l := range r.Left {
		lines = append(lines, fmt.Sprintf("%s: %s\n", l.Finding.Rule, l.Reason))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

const lines = "package app\r\n\r\nfunc f() {\r\n\tg()\r\n}\r\n"

func TestApplyCRLF(t *testing.T) {
	r := Apply(findings(t, "a.go", lines, `x.a insert "\tg()" "\th()\n"`), source(map[string]string{"a.go": lines}), nil)
	if len(r.Files) != 1 || string(r.Files[0].New) != strings.Replace(lines, "\tg()", "\th()\r\n\tg()", 1) {
		t.Errorf("got %q", r.Files)
	}
}

func TestApplyTwoFiles(t *testing.T) {
	files := map[string]string{"a.go": "package a\n\nvar x = 1\n", "b.go": "package a\n\nvar y = 1\n"}
	both := findings(t, "a.go", files["a.go"], `x.a replace "1" "2"`)[0]
	b := findings(t, "b.go", files["b.go"], `x.b replace "1" "3"`)[0]
	both.Fixes[0].Edits = append(both.Fixes[0].Edits, report.Edit{File: "b.go", Start: 11, End: 14, New: "const"})
	r := Apply([]report.Finding{both, b}, source(files), nil)
	want := []File{
		{"a.go", []byte(files["a.go"]), []byte("package a\n\nvar x = 2\n")},
		{"b.go", []byte(files["b.go"]), []byte("package a\n\nconst y = 3\n")},
	}
	if diff := cmp.Diff(want, r.Files); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Without one of its files, nothing of a fix is made.
	delete(files, "b.go")
	if r := Apply([]report.Finding{both, b}, source(files), nil); len(r.Files) > 0 || left(r) != "x.a: the file cannot be read\nx.b: the file cannot be read\n" {
		t.Errorf("got %+v", r)
	}
}

func TestApplyPassesOver(t *testing.T) {
	files := map[string]string{"a.go": "package a\n\nvar x = 1\n"}
	f := findings(t, "a.go", files["a.go"], `x.a replace "1" "2"`)[0]
	suppressed, none, empty := f, f, f
	suppressed.Suppressed = &report.Suppression{Kind: "nolint"}
	none.Fixes = nil
	empty.Fixes = []report.Fix{{Message: "nothing"}}
	if r := Apply([]report.Finding{suppressed, none, empty}, source(files), nil); len(r.Files)+len(r.Left)+len(r.Applied) > 0 {
		t.Errorf("got %+v", r)
	}
	second := f
	second.Fixes = append([]report.Fix{{Message: "first", Edits: []report.Edit{{File: "a.go", Start: 19, End: 20, New: "7"}}}}, f.Fixes...)
	r := Apply([]report.Finding{second}, source(files), nil)
	if len(r.Files) != 1 || string(r.Files[0].New) != "package a\n\nvar x = 7\n" {
		t.Errorf("want the first of two fixes, got %q", r.Files)
	}
	for _, e := range []report.Edit{{File: "a.go", Start: -1}, {File: "a.go", Start: 3, End: 2}, {File: "a.go", End: 99}} {
		out := f
		out.Fixes = []report.Fix{{Edits: []report.Edit{e}}}
		if r := Apply([]report.Finding{out}, source(files), nil); len(r.Left) != 1 || r.Left[0].Reason != Broken {
			t.Errorf("%+v: got %+v", e, r)
		}
	}
}

func sum(content string) string {
	s := sha256.Sum256([]byte(content))
	return hex.EncodeToString(s[:])
}

func TestApplyChanged(t *testing.T) {
	files := map[string]string{"a.go": "package a\n\nvar x = 1\n"}
	list := findings(t, "a.go", files["a.go"], `x.a replace "1" "2"`)
	sums := map[string]string{"a.go": sum(files["a.go"])}
	r := Apply(list, source(files), sums)
	if len(r.Files) != 1 {
		t.Fatalf("got %+v", r)
	}
	for _, other := range []map[string]string{{}, {"a.go": sum("other")}} {
		if r := Apply(list, source(files), other); len(r.Files) > 0 || len(r.Left) != 1 || r.Left[0].Reason != Changed {
			t.Errorf("got %+v", r)
		}
	}
	// Applied a second time it changes nothing: the file is not the one that was analysed.
	files["a.go"] = string(r.Files[0].New)
	if r := Apply(list, source(files), sums); len(r.Files) > 0 || len(r.Applied) > 0 || r.Left[0].Reason != Changed {
		t.Errorf("the second time: %+v", r)
	}
	failing := func(string) ([]byte, error) { return nil, errors.New("no") }
	if r := Apply(list, failing, sums); r.Left[0].Reason != Unread {
		t.Errorf("got %+v", r)
	}
}

const sample = `package app

import (
	"context"
	"log"
)

func f(ctx context.Context) error {
	log.Print("a", ctx)
	if err := g(ctx); err != nil {
		return err
	}
	return nil
}
`

// Any order of findings gives the same; what comes out is Go, formatted, and takes no fix of
// the same run a second time; each fix is there whole, or left.
func TestLaws(t *testing.T) {
	files := map[string]string{"a.go": sample, "b.go": strings.ReplaceAll(sample, "\tlog", "  log")}
	sums := map[string]string{"a.go": sum(files["a.go"]), "b.go": sum(files["b.go"])}
	rapid.Check(t, func(t *rapid.T) {
		edit := rapid.Custom(func(t *rapid.T) report.Edit {
			start := rapid.IntRange(0, len(sample)).Draw(t, "start")
			end := start
			if rapid.Bool().Draw(t, "replace") {
				end = min(len(sample), start+rapid.IntRange(0, 40).Draw(t, "length"))
			}
			return report.Edit{
				File: rapid.SampledFrom([]string{"a.go", "a.go", "b.go", "c.go"}).Draw(t, "file"), Start: start, End: end,
				New: rapid.SampledFrom([]string{"", " ", "\n", "x", "x()\n", "{", "}", "\"a\"", "\n\nimport \"y\"\n", "// c\n", ";"}).Draw(t, "new"),
			}
		})
		known := rapid.SampledFrom([]report.Edit{
			{File: "a.go", Start: strings.Index(sample, "\tlog.Print"), End: strings.Index(sample, "\tif"), New: ""},
			{File: "a.go", Start: strings.Index(sample, "\tif"), End: strings.Index(sample, "\tif"), New: "\tdefer h()\n"},
			{File: "a.go", Start: strings.Index(sample, "\t\"log\""), End: strings.Index(sample, "\t\"log\""), New: "\t\"errors\"\n"},
			{File: "b.go", Start: strings.Index(sample, "nil\n}"), End: strings.Index(sample, "\n}\n"), New: "ctx.Err()"},
		})
		finding := rapid.Custom(func(t *rapid.T) report.Finding {
			edits := rapid.SliceOfN(rapid.OneOf(edit, known, known), 1, 3).Draw(t, "edits")
			return report.Finding{
				Rule: rapid.SampledFrom([]string{"x.a", "x.b"}).Draw(t, "rule"), Fixes: []report.Fix{{Edits: edits}},
				Position: report.Position{File: edits[0].File, Offset: edits[0].Start, EndOffset: edits[0].End},
			}
		})
		list := rapid.SliceOfN(finding, 0, 6).Draw(t, "findings")
		r := Apply(list, source(files), sums)
		if diff := cmp.Diff(r, Apply(rapid.Permutation(list).Draw(t, "order"), source(files), sums)); diff != "" {
			t.Fatalf("another order (-first +second):\n%s", diff)
		}
		after := map[string]string{"a.go": files["a.go"], "b.go": files["b.go"]}
		for _, f := range r.Files {
			if _, err := parser.ParseFile(token.NewFileSet(), "", f.New, 0); err != nil {
				t.Fatalf("%s is no Go: %v\n%s", f.Name, err, f.New)
			}
			if len(Diff(f)) == 0 {
				t.Fatalf("%s is listed and does not change", f.Name)
			}
			after[f.Name] = string(f.New)
		}
		again := Apply(list, source(after), sums)
		for _, f := range again.Files {
			if after[f.Name] != files[f.Name] {
				t.Fatalf("the second time %s changes again", f.Name)
			}
		}
	})
}

func TestDiff(t *testing.T) {
	const want = `diff a/x\ny.go b/x\ny.go
--- a/x\ny.go
+++ b/x\ny.go
@@ -1,3 +1,3 @@
 package a
 
-var x = 1
+var x = 2
`
	got := Diff(File{"x\ny.go", []byte("package a\n\nvar x = 1\n"), []byte("package a\n\nvar x = 2\n")})
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
