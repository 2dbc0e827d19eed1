package report

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sample is a run with a finding of every form.
func sample(t testing.TB) Document {
	t.Helper()
	data, err := os.ReadFile("testdata/run.json")
	if err != nil {
		t.Fatal(err)
	}
	var d Document
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	d.Summary = Total(d.Findings)
	return d
}

func read(file string) ([]byte, error) {
	return os.ReadFile(filepath.Join("testdata/src", filepath.FromSlash(file)))
}

func rules() []Rule {
	return []Rule{
		{
			ID: "spanend.leak", Severity: Error, Summary: "a span is not ended on every path", URL: "https://example.com/a#b", Tags: []string{"telemetry"},
			Doc: "# Rule spanend.leak\n\nA span that is never ended is never exported.\n\n\tctx, span := t.Start(ctx, \"x\")\n\nEnd it with defer.\n",
		},
		{ID: "spanctx.root", Severity: Warning, Summary: "a new root context"},
		{ID: "spanctx.stale", Severity: Warning, Off: true},
		{ID: "spanname.cardinality", Severity: Info, Summary: "a span's name has many values"},
	}
}

// printers are all that print a document.
func printers() map[string]func(io.Writer, Document) error {
	return map[string]func(io.Writer, Document) error{
		"text.golden":    func(w io.Writer, d Document) error { return Text(w, d.Findings, read, false) },
		"colour.golden":  func(w io.Writer, d Document) error { return Text(w, d.Findings, read, true) },
		"github.golden":  func(w io.Writer, d Document) error { return GitHub(w, d.Findings, read) },
		"summary.golden": func(w io.Writer, d Document) error { return Summary(w, d.Findings) },
		"run.golden":     JSON,
		"sarif.golden": func(w io.Writer, d Document) error {
			return SARIF(w, d, SARIFOptions{Rules: rules(), Source: read, Baseline: true})
		},
		"nosource.golden": func(w io.Writer, d Document) error { return Text(w, d.Findings, nil, false) },
	}
}

// UPDATE=1 writes what is printed.
func TestPrinters(t *testing.T) {
	for name, print := range printers() {
		var got bytes.Buffer
		if err := print(&got, sample(t)); err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", name)
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The order in which findings come makes no difference, nor does one that comes twice.
func TestPrintersSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data, err := os.ReadFile("testdata/run.json")
		if err != nil {
			t.Fatal(err)
		}
		var d Document
		if err := json.Unmarshal(data, &d); err != nil {
			t.Fatal(err)
		}
		other := d
		other.Findings = rapid.Permutation(append(d.Findings, d.Findings[rapid.IntRange(0, len(d.Findings)-1).Draw(t, "twice")])).Draw(t, "findings")
		for name, print := range printers() {
			var want, got bytes.Buffer
			if err := print(&want, d); err != nil {
				t.Fatal(err)
			}
			if err := print(&got, other); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.String(), got.String()); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", name, diff)
			}
		}
	})
}

// A full disk or a closed pipe is an error of every printer.
func TestPrintersFail(t *testing.T) {
	for name, print := range printers() {
		if err := print(broken{}, sample(t)); err == nil {
			t.Errorf("%s: no error from a writer that has one", name)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// anyDocument makes documents of foreign bytes, with places that do not fit the source.
func anyDocument(t *rapid.T) (Document, Source) {
	text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"", "a.go", "b\n::error::x", "\x1b[2J", "\u202e", "a,b:c%d", "日本\t語", "/abs/c.go", "C:/d.go", "..", "[a](b)"}))
	number := rapid.IntRange(-1, 12)
	position := rapid.Custom(func(t *rapid.T) Position {
		return Position{
			text.Draw(t, "file"), number.Draw(t, "line"), number.Draw(t, "column"),
			number.Draw(t, "endLine"), number.Draw(t, "endColumn"), number.Draw(t, "offset"), number.Draw(t, "endOffset"),
		}
	})
	finding := rapid.Custom(func(t *rapid.T) Finding {
		f := Finding{
			Rule: strings.ToValidUTF8(text.Draw(t, "rule"), "?"), Message: text.Draw(t, "message"), Package: text.Draw(t, "package"),
			Function: text.Draw(t, "function"), Expression: text.Draw(t, "expression"), Fingerprint: text.Draw(t, "fingerprint"),
			Severity:   rapid.SampledFrom([]Severity{Info, Warning, Error, "\x1b[2J"}).Draw(t, "severity"),
			Confidence: rapid.SampledFrom([]Confidence{Low, Medium, High, "\r"}).Draw(t, "confidence"),
			Position:   position.Draw(t, "position"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "related") {
			f.Related = append(f.Related, Related{text.Draw(t, "message"), position.Draw(t, "position")})
		}
		for range rapid.IntRange(0, 2).Draw(t, "fixes") {
			f.Fixes = append(f.Fixes, Fix{text.Draw(t, "message"), []Edit{{text.Draw(t, "file"), number.Draw(t, "start"), number.Draw(t, "end"), text.Draw(t, "new")}}})
		}
		if rapid.IntRange(0, 3).Draw(t, "suppressed") == 0 {
			f.Suppressed = &Suppression{rapid.SampledFrom([]string{"nolint", InBaseline}).Draw(t, "kind"), text.Draw(t, "reason")}
		}
		return f
	})
	content := rapid.OneOf(rapid.SliceOf(rapid.Byte()), rapid.SampledFrom([][]byte{nil, []byte("\ufeffpackage a\n\tx := \"日本\"\n"), []byte("a\r\nb\r\n\r\n")})).Draw(t, "source")
	d := Document{Tool: Tool{text.Draw(t, "tool"), text.Draw(t, "version")}, Findings: rapid.SliceOfN(finding, 0, 5).Draw(t, "findings")}
	if rapid.Bool().Draw(t, "unchecked") {
		d.Unchecked = []Unchecked{{text.Draw(t, "package"), text.Draw(t, "reason")}}
	}
	return d, func(string) ([]byte, error) { return content, nil }
}

// Nothing that is foreign reaches a terminal or a workflow's log as a command.
func TestForeignBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, src := anyDocument(t)
		var text, annotations, table, doc bytes.Buffer
		for _, err := range []error{Text(&text, d.Findings, src, false), GitHub(&annotations, d.Findings, src), Summary(&table, d.Findings), JSON(&doc, d)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, out := range []string{text.String(), annotations.String(), table.String(), doc.String()} {
			for line := range strings.SplitSeq(out, "\n") {
				if printable(line) != line {
					t.Fatalf("not printable: %q", line)
				}
			}
		}
		var again Document
		if err := json.Unmarshal(doc.Bytes(), &again); err != nil || len(again.Findings) != len(Sorted(d.Findings)) {
			t.Fatalf("JSON: %v, %d findings", err, len(again.Findings))
		}
		counted := len(slices.DeleteFunc(Sorted(d.Findings), func(f Finding) bool { return f.Suppressed != nil }))
		lines := strings.Count(annotations.String(), "\n")
		if lines != counted {
			t.Fatalf("%d annotations have %d lines:\n%s", counted, lines, annotations.String())
		}
		for line := range strings.Lines(annotations.String()) {
			if !strings.HasPrefix(line, "::error ") && !strings.HasPrefix(line, "::warning ") && !strings.HasPrefix(line, "::notice ") {
				t.Fatalf("no annotation: %q", line)
			}
		}
	})
}

func TestGitHubEscapes(t *testing.T) {
	f := Finding{Rule: "a,b:c", Severity: Error, Confidence: High, Message: "50%, a:b\r\n::error::x", Position: Position{File: "a,b:c%d\n.go", Line: 3}}
	const want = "::error file=a%2Cb%3Ac%25d\\n.go,line=3,title=a%2Cb%3Ac::50%25, a:b\\r\\n::error::x\n"
	var got bytes.Buffer
	if err := GitHub(&got, []Finding{f}, nil); err != nil || got.String() != want {
		t.Errorf("want %q, got %q, %v", want, got.String(), err)
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("0123456789", 20)
	for _, c := range []struct {
		line       string
		start, end int
		text       string
		marks      string
	}{
		{"\t\tx := y()", 2, 3, "x := y()", "^"},
		{"\tx := y()", 6, 9, "x := y()", "     ^~~"},
		{"a\tb", 2, 3, "a    b", "     ^"},
		{"  x", 0, 3, "  x", "^~~"},
		{"日本 = 語", 9, 12, "日本 = 語", "       ^~"},
		{"e\u0301 = x", 6, 7, "e\u0301 = x", "    ^"},
		{"a\x00\xffb", 3, 4, `a\x00\xffb`, "         ^"},
		{"abc", 3, 3, "abc", "   ^"},
		{"", 0, 0, "", "^"},
		{"   ", 3, 3, "", "^"},
		{long, 0, 3, long[:120] + "…", "^~~"},
		{long, 100, 103, "…" + long[60:180] + "…", strings.Repeat(" ", 41) + "^~~"},
		{long, 199, 200, "…" + long[159:], strings.Repeat(" ", 41) + "^"},
	} {
		text, marks := excerpt([]byte(c.line), c.start, c.end)
		if text != c.text || marks != c.marks {
			t.Errorf("%q from %d to %d:\nwant %q\n     %q\ngot  %q\n     %q", c.line, c.start, c.end, c.text, c.marks, text, marks)
		}
	}
}

func TestUnits(t *testing.T) {
	s := newSource([]byte("\ufeffab\r\né𝄞x\n\xff\xfey"))
	for _, c := range []struct{ line, column, want int }{
		{1, 1, 1},
		{1, 2, 1},
		{1, 4, 1},
		{1, 6, 3},
		{1, 7, 0},
		{2, 1, 1},
		{2, 3, 2},
		{2, 7, 4},
		{2, 8, 5},
		{3, 3, 3},
		{3, 4, 4},
		{4, 1, 0},
		{0, 1, 0},
		{2, 0, 0},
	} {
		if got, ok := s.units(c.line, c.column); got != c.want || ok != (c.want > 0) {
			t.Errorf("%d:%d: want %d, got %d, %t", c.line, c.column, c.want, got, ok)
		}
	}
}

func TestFingerprints(t *testing.T) {
	at := func(line int) Position { return Position{File: "a.go", Line: line, Offset: 10 * line} }
	list := []Finding{
		{Rule: "r", Package: "p", Function: "f", Expression: "x", Position: at(9)},
		{Rule: "r", Package: "p", Function: "f", Expression: "x", Position: at(3)},
		{Rule: "r", Package: "p", Function: "fx", Expression: "", Position: at(4)},
	}
	Fingerprints(list)
	moved := []Finding{list[1], list[0], list[2]}
	for i := range moved {
		moved[i].Position = at(moved[i].Position.Line + 100)
		moved[i].Fingerprint = ""
	}
	Fingerprints(moved)
	want := []string{list[1].Fingerprint, list[0].Fingerprint, list[2].Fingerprint}
	got := []string{moved[0].Fingerprint, moved[1].Fingerprint, moved[2].Fingerprint}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("moved lines change fingerprints (-want +got):\n%s", diff)
	}
	slices.Sort(got)
	if len(slices.Compact(got)) != 3 || len(got[0]) != 32 {
		t.Errorf("want three fingerprints of 32 digits, got %q", got)
	}
	// It stands in files that people keep: it may not change.
	if want := "6a05edfed4b0360fdbcf5c167221d5e0"; list[1].Fingerprint != want {
		t.Errorf("want %s, got %s", want, list[1].Fingerprint)
	}
}
