package vet

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/internal/report"
)

// read takes the values that units write, in any order: one of our own, and one in the form of
// unitchecker.
func (r *runner) read(in io.Reader) error {
	d := json.NewDecoder(in)
	for {
		var value map[string]json.RawMessage
		switch err := d.Decode(&value); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("reading what go vet prints: %w", err)
		}
		take := r.tree
		if _, ok := value["gen"]; ok {
			take = r.unit
		}
		if err := take(value); err != nil {
			return fmt.Errorf("reading what go vet prints: %w", err)
		}
	}
}

// unit takes a value of our own.
func (r *runner) unit(value map[string]json.RawMessage) error {
	var u unit
	for name, into := range map[string]any{
		"gen": &u.Gen, "package": &u.Package, "findings": &u.Findings, "sources": &u.Sources, "coverage": &u.Coverage,
	} {
		if raw, ok := value[name]; ok {
			if err := json.Unmarshal(raw, into); err != nil {
				return err
			}
		}
	}
	if u.Gen != unitVersion {
		return fmt.Errorf("a unit of version %d", u.Gen)
	}
	r.seen[u.Package] = true
	r.result.Findings = append(r.result.Findings, u.Findings...)
	maps.Copy(r.result.Sources, u.Sources)
	if u.Coverage != nil {
		u.Coverage.Package = u.Package
		r.result.Coverage = append(r.result.Coverage, *u.Coverage)
	}
	return nil
}

// diagnostic is what unitchecker writes of one, as far as it is of use here.
type diagnostic struct {
	Posn    string `json:"posn"`
	End     string `json:"end"`
	Message string `json:"message"`
	Related []struct {
		Posn    string `json:"posn"`
		Message string `json:"message"`
	} `json:"related"`
}

// tree takes a value of unitchecker: package ID, analyzer, diagnostics or an error.
func (r *runner) tree(value map[string]json.RawMessage) error {
	for id, raw := range value {
		pkg, _, _ := strings.Cut(id, " ")
		var byAnalyzer map[string]json.RawMessage
		if err := json.Unmarshal(raw, &byAnalyzer); err != nil {
			return err
		}
		var found []report.Finding
		for _, analyzer := range slices.Sorted(maps.Keys(byAnalyzer)) {
			var list []diagnostic
			if err := json.Unmarshal(byAnalyzer[analyzer], &list); err != nil {
				var failed struct {
					Error string `json:"error"`
				}
				if err := json.Unmarshal(byAnalyzer[analyzer], &failed); err != nil {
					return err
				}
				r.unchecked(pkg, fmt.Sprintf("%s: %s", analyzer, failed.Error))
				continue
			}
			for _, d := range list {
				found = append(found, standard(pkg, analyzer, d))
			}
		}
		report.Fingerprints(found)
		r.result.Findings = append(r.result.Findings, found...)
	}
	return nil
}

// standard turns what an analyzer of go vet has found into a finding. go vet fails on all that
// it finds, so it is an error here.
func standard(pkg, analyzer string, d diagnostic) report.Finding {
	f := report.Finding{
		Rule: "vet." + analyzer, Severity: report.Error, Confidence: report.High,
		Message: d.Message, Package: pkg, Expression: d.Message, Position: position(d.Posn, d.End),
		Related: []report.Related{}, Fixes: []report.Fix{},
	}
	for _, related := range d.Related {
		f.Related = append(f.Related, report.Related{Message: related.Message, Position: position(related.Posn, "")})
	}
	return f
}

// position reads file:line:column.
func position(from, to string) report.Position {
	file, line, column := place(from)
	p := report.Position{File: file, Line: line, Column: column, EndLine: line, EndColumn: column}
	if end, l, c := place(to); end == file {
		p.EndLine, p.EndColumn = l, c
	}
	return p
}

func place(posn string) (file string, line, column int) {
	rest, c, _ := cutLast(posn)
	file, l, ok := cutLast(rest)
	line, err := strconv.Atoi(l)
	column, err2 := strconv.Atoi(c)
	if !ok || err != nil || err2 != nil {
		return posn, 1, 1
	}
	return file, line, column
}

func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
