package baseline

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/mintwright/mintwright/internal/report"
)

func fingerprint(n int) string { return fmt.Sprintf("%032x", n) }

const written = `{
"version": 1,
"findings": [
{"fingerprint":"00000000000000000000000000000002","rule":"spanend.leak","package":"a","function":"(*T).M","expression":"t.Start(ctx, \"<x>\")","message":"span is not ended"},
{"fingerprint":"00000000000000000000000000000001","rule":"spanend.leak","package":"b","function":"","expression":"x","message":"m"}
]
}
`

func entries() []report.Entry {
	return []report.Entry{
		{Fingerprint: fingerprint(1), Rule: "spanend.leak", Package: "b", Expression: "x", Message: "m"},
		{Fingerprint: fingerprint(2), Rule: "spanend.leak", Package: "a", Function: "(*T).M", Expression: `t.Start(ctx, "<x>")`, Message: "span is not ended"},
	}
}

func asFile(t rapid.TB, entries []report.Entry) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, entries); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWrite(t *testing.T) {
	list := entries()
	if diff := cmp.Diff(written, asFile(t, append(list, list[0]))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want, got := "{\n\"version\": 1,\n\"findings\": [\n]\n}\n", asFile(t, nil); want != got {
		t.Errorf("want %q, got %q", want, got)
	}
	got, err := Read("b.json", strings.NewReader(asFile(t, nil)))
	if err != nil || len(got) > 0 {
		t.Errorf("the empty baseline: %v, %v", got, err)
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ about, in, want string }{
		{"empty", "", "b.json:1:1: unexpected end of JSON input; correct it"},
		{"no object", "[]", "b.json:1:1: this is no baseline (array)"},
		{"no version", "{}", `b.json:1:1: this is no baseline: it has no "version"`},
		{"newer", `{"version": 2, "results": {}}`, "b.json:1:1: version 2 of the baseline is not known to this gen, which knows 1; use the gen that wrote it"},
		{"version of another kind", `{"version": [1]}`, "b.json:1:13: \"version\" is of the wrong type (array)"},
		{"no findings", `{"version": 1}`, `b.json:1:1: the list "findings" is missing`},
		{"cut off", strings.TrimSuffix(written, "]\n}\n"), "b.json:6:1: unexpected end of JSON input"},
		{"conflict", strings.Replace(written, "\n]", "\n<<<<<<< ours\n]", 1), "b.json:6:1: invalid character '<'"},
		{"unknown key", strings.Replace(written, `"rule"`, `"line":3,"rule"`, 1), `b.json:4:1: unknown field "line"`},
		{"unknown key of the whole", strings.Replace(written, `"findings"`, `"results":[],"findings"`, 1), `b.json:3:9: there is no key "results"`},
		{"findings twice", strings.Replace(written, `"findings"`, `"findings":[],"findings"`, 1), `b.json:3:24: "findings" is there twice`},
		{"findings no list", `{"version":1,"findings":{}}`, `b.json:1:25: "findings" is no list`},
		{"null", strings.Replace(written, "\n]", ",null\n]", 1), `b.json:5:133: this entry has no fingerprint`},
		{"another type", strings.Replace(written, `"m"`, `3`, 1), `b.json:5:1: "message" is of the wrong type (number)`},
		{"fingerprint", strings.Replace(written, fingerprint(1), "X", 1), "b.json:5:1: this entry has no fingerprint of 32 hex digits"},
		{"not UTF-8", strings.Replace(written, "spanend", "span\xff", 1), "b.json:4:63: this is not UTF-8"},
		{"two", written + "{}", "b.json:8:1: invalid character '{' after top-level value"},
	} {
		_, err := Read("b.json", strings.NewReader(c.in))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || !strings.Contains(err.Error(), "--write-baseline") {
			t.Errorf("%s: want %q, got %v", c.about, c.want, err)
		}
	}
}

// endless is a file of any size that counts what is read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return copy(p, bytes.Repeat([]byte(" "), len(p))), nil
}

func TestReadTooMuch(t *testing.T) {
	e := &endless{}
	_, err := Read("b.json", e)
	if err == nil || !strings.Contains(err.Error(), "b.json: a baseline has at most 32 MiB") {
		t.Errorf("got %v", err)
	}
	if e.read > 2*maxBytes {
		t.Errorf("%d bytes were read", e.read)
	}
}

func TestReadFails(t *testing.T) {
	if _, err := Read("b.json", io.MultiReader(strings.NewReader("{"), broken{})); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestApply(t *testing.T) {
	byHand := &report.Suppression{Kind: "nolint", Reason: "r"}
	findings := []report.Finding{
		{Fingerprint: fingerprint(1), Message: "known"},
		{Fingerprint: fingerprint(3), Message: "new"},
		{Fingerprint: fingerprint(4), Message: "known, suppressed too", Suppressed: byHand},
	}
	list := append(entries(), report.Entry{Fingerprint: fingerprint(4)}, report.Entry{Fingerprint: fingerprint(5), Package: "not looked at"})
	got, stale := Apply(findings, list, func(e report.Entry) bool { return e.Package != "not looked at" })
	want := slices.Clone(findings)
	want[0].Suppressed = &report.Suppression{Kind: report.InBaseline}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]report.Entry{entries()[1]}, stale); diff != "" {
		t.Errorf("stale (-want +got):\n%s", diff)
	}
	if findings[0].Suppressed != nil {
		t.Error("Apply has changed what it was given")
	}
	if _, stale := Apply(nil, list, nil); len(stale) != 4 {
		t.Errorf("want all stale, got %v", stale)
	}
	// What is found now is the next baseline, without what the source suppresses.
	if diff := cmp.Diff([]report.Entry{got[0].Entry(), got[1].Entry()}, Of(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is written is read back, in one order, and makes everything known and nothing stale.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		findings := rapid.SliceOf(rapid.Custom(func(t *rapid.T) report.Finding {
			return report.Finding{
				Fingerprint: fingerprint(rapid.IntRange(0, 1000).Draw(t, "fingerprint")), Rule: "r" + text.Draw(t, "rule"), Package: text.Draw(t, "package"),
				Function: text.Draw(t, "function"), Expression: text.Draw(t, "expression"), Message: text.Draw(t, "message"),
			}
		})).Draw(t, "findings")
		first := asFile(t, Of(findings))
		read, err := Read("b.json", strings.NewReader(first))
		if err != nil {
			t.Fatal(err)
		}
		if second := asFile(t, rapid.Permutation(read).Draw(t, "read")); first != second {
			t.Fatalf("want %s, got %s", first, second)
		}
		applied, stale := Apply(findings, read, nil)
		if len(stale) > 0 || slices.ContainsFunc(applied, func(f report.Finding) bool { return f.Suppressed == nil }) {
			t.Fatalf("%v, stale %v", applied, stale)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(written))
	f.Add([]byte(`{"version":2}`))
	f.Add([]byte(`{"version":1,"findings":[{"fingerprint":"x"}]}`))
	f.Add([]byte("{\"version\":1,\"findings\":[]}\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := Read("b.json", bytes.NewReader(data))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "b.json:") {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		again, err := Read("b.json", strings.NewReader(asFile(t, read)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(read, again); diff != "" {
			t.Errorf("(-first +second):\n%s", diff)
		}
	})
}
