package report

import (
	"encoding/json"
	"io"
)

// JSON prints the document: every finding, also what is suppressed, by file, offset and rule.
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

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
