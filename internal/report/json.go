package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
)

// JSON prints the document: every finding, also what is suppressed, by file, place and rule.
// Every key is always there but "suppressed", and no list is null.
func JSON(w io.Writer, d Document) error {
	d.Version = Version
	d.Findings = Sorted(d.Findings)
	for i := range d.Findings {
		f := &d.Findings[i]
		f.Related = notNil(f.Related)
		f.Fixes = append([]Fix{}, f.Fixes...)
		for j := range f.Fixes {
			f.Fixes[j].Edits = notNil(f.Fixes[j].Edits)
		}
	}
	d.Findings = notNil(d.Findings)
	d.Unchecked = notNil(d.Unchecked)
	d.Stale = notNil(d.Stale)
	d.Summary.Rules = notNil(d.Summary.Rules)
	d.Summary.Packages = notNil(d.Summary.Packages)
	return encode(w, d)
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Encode writes a document as JSON, for whoever has a document of its own.
func Encode(w io.Writer, document any) error { return encode(w, document) }

// encode writes v as JSON. Characters that are not for a terminal are escaped, as JSON allows.
func encode(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	for _, r := range b.String() {
		switch high, low := utf16.EncodeRune(r); {
		case isShown(r), r == '\n':
			out.WriteRune(r)
		case high == unicode.ReplacementChar:
			fmt.Fprintf(out, `\u%04x`, r)
		default:
			fmt.Fprintf(out, `\u%04x\u%04x`, high, low)
		}
	}
	return out.Flush()
}
