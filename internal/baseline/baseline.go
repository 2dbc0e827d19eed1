// Package baseline keeps the findings that a team has decided to live with, so that only new
// ones count.
//
// A baseline is a JSON file with one finding a line, sorted, which a version control system
// can show and merge line by line. Findings are known by their fingerprints: rule, function
// and expression, but no line, so that a baseline outlives code that moves.
package baseline

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mintwright/mintwright/internal/report"
)

// Version is that of the file.
const Version = 1

const maxBytes = 32 << 20 // of a file

// Read reads a baseline; name is what errors call it. Entries come sorted and each once, in
// whatever order a merge has left them.
//
// It fails, with the line and what to do, for what is no baseline, for a version that is not
// ours, for unknown keys, and for more than 32 MiB, of which no more is read than that.
func Read(name string, r io.Reader) ([]report.Entry, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxBytes {
		return nil, fmt.Errorf("%s: a baseline has at most 32 MiB; write it anew with --write-baseline, or exclude what is not yours to mend", name)
	}
	entries, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	return ordered(entries), nil
}

// parse returns errors that begin with the line and column.
func parse(data []byte) ([]report.Entry, error) {
	if i := invalid(data); i >= 0 {
		return nil, fmt.Errorf("%s: this is not UTF-8%s", place(data, i), remedy)
	}
	// With another version the rest is not ours to judge.
	var version struct {
		Version *json.Number `json:"version"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return nil, located(data, err)
	}
	switch v := version.Version; {
	case v == nil:
		return nil, fmt.Errorf(`1:1: this is no baseline: it has no "version"%s`, remedy)
	case *v != "1":
		return nil, fmt.Errorf("1:1: version %s of the baseline is not known to this gen, which knows %d; use the gen that wrote it, or write it anew with --write-baseline", *v, Version)
	}
	return findings(data)
}

// findings reads the list in data, which is an object in right JSON and has our version.
func findings(data []byte) (list []report.Entry, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	skip := func() json.Token { t, _ := d.Token(); return t } // it cannot fail: the syntax is right
	seen := map[json.Token]bool{}
	for skip(); d.More(); {
		key := skip()
		fail := func(format string) ([]report.Entry, error) {
			return nil, fmt.Errorf("%s: "+format+"%s", place(data, int(d.InputOffset())-1), key, remedy)
		}
		if seen[key] {
			return fail("%q is there twice")
		}
		seen[key] = true
		switch {
		case key == "version":
			skip()
		case key != "findings":
			return fail("there is no key %q")
		case skip() != json.Delim('['):
			return fail("%q is no list")
		default:
			for d.More() {
				e, length, err := entry(d)
				if err != nil {
					return nil, fmt.Errorf("%s: %w%s", place(data, int(d.InputOffset())-length), err, remedy)
				}
				list = append(list, e)
			}
			skip()
		}
	}
	if !seen["findings"] {
		return nil, fmt.Errorf(`1:1: the list "findings" is missing%s`, remedy)
	}
	return list, nil
}

// entry reads one, and returns how long it is. It stops behind it also when it fails.
func entry(d *json.Decoder) (e report.Entry, length int, err error) {
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return e, 0, err
	}
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&e); err != nil {
		return e, len(raw), errors.New(what(err))
	}
	if !isFingerprint(e.Fingerprint) || e.Rule == "" {
		return e, len(raw), errors.New("this entry has no fingerprint of 32 hex digits, or no rule")
	}
	return e, len(raw), nil
}

const remedy = "; correct it, or write it anew with --write-baseline"

func isFingerprint(s string) bool { return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == "" }

func invalid(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; ; {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
}

// located adds the place to an error of encoding/json.
func located(data []byte, err error) error {
	offset := len(data)
	if s, ok := errors.AsType[*json.SyntaxError](err); ok && !strings.Contains(err.Error(), "unexpected end") {
		offset = int(s.Offset) - 1 // it counts the byte that is wrong
	} else if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = int(t.Offset) - 1
	}
	return fmt.Errorf("%s: %s%s", place(data, offset), what(err), remedy)
}

// what says in our words what an error of encoding/json says in those of Go.
func what(err error) string {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if t.Field == "" {
			return "this is no baseline (" + t.Value + ")"
		}
		return fmt.Sprintf("%q is of the wrong type (%s)", t.Field, t.Value)
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// place returns line:column, both from 1 and the column in bytes.
func place(data []byte, offset int) string {
	before := data[:max(0, min(offset, len(data)))]
	return fmt.Sprintf("%d:%d", 1+bytes.Count(before, []byte("\n")), len(before)-bytes.LastIndexByte(before, '\n'))
}

func ordered(entries []report.Entry) []report.Entry {
	list := slices.Clone(entries)
	slices.SortFunc(list, func(a, b report.Entry) int {
		return cmp.Or(
			cmp.Compare(a.Package, b.Package),
			cmp.Compare(a.Function, b.Function),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Expression, b.Expression),
			cmp.Compare(a.Message, b.Message),
			cmp.Compare(a.Fingerprint, b.Fingerprint),
		)
	})
	return slices.Compact(list)
}

// Write writes a baseline, sorted, one entry a line.
func Write(w io.Writer, entries []report.Entry) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "{\n\"version\": %d,\n\"findings\": [", Version) // out keeps errors
	for i, e := range ordered(entries) {
		if i > 0 {
			fmt.Fprint(out, ",")
		}
		var line bytes.Buffer
		enc := json.NewEncoder(&line)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(e); err != nil {
			return err
		}
		fmt.Fprintf(out, "\n%s", bytes.TrimSpace(line.Bytes()))
	}
	fmt.Fprint(out, "\n]\n}\n")
	return out.Flush()
}

// Of returns the entries for findings that nothing in the source suppresses.
func Of(findings []report.Finding) []report.Entry {
	var entries []report.Entry
	for i := range findings {
		if s := findings[i].Suppressed; s == nil || s.Kind == report.InBaseline {
			entries = append(entries, findings[i].Entry())
		}
	}
	return ordered(entries)
}

// Apply returns the findings, of which those that the baseline has are suppressed, and the
// entries that nothing has been found for: mended, or changed beyond recognition. An entry
// that inScope denies is never stale: this run has not looked for it. The findings given
// stay as they are.
func Apply(findings []report.Finding, entries []report.Entry, inScope func(report.Entry) bool) (applied []report.Finding, stale []report.Entry) {
	known := map[string]bool{} // by fingerprint: found
	for _, e := range entries {
		known[e.Fingerprint] = false
	}
	applied = slices.Clone(findings)
	for i := range applied {
		f := &applied[i]
		if _, ok := known[f.Fingerprint]; !ok {
			continue
		}
		known[f.Fingerprint] = true
		if f.Suppressed == nil {
			f.Suppressed = &report.Suppression{Kind: report.InBaseline}
		}
	}
	for _, e := range ordered(entries) {
		if !known[e.Fingerprint] && (inScope == nil || inScope(e)) {
			stale = append(stale, e)
		}
	}
	return applied, stale
}
