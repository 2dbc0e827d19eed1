// Package vetconfig reads mintwright-vet.yaml: what a team asks of gen vet. Without the file
// everything has a default.
//
// The keys stand in one table, from which the reader and the JSON Schema for editors are made.
// Reading is strict and tells all that is wrong at once, with its place and what to do.
package vetconfig

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/analyzers/policy"
)

// FileName is what the file is called. It lies beside go.mod or go.work.
const FileName = "mintwright-vet.yaml"

// Version is that of the file.
const Version = 1

// Config is what the file says. The zero Config is that of an empty file, but for FailOn and
// Confidence: see Defaults.
type Config struct {
	// Rules holds, by the ID of a rule or the name of an analyzer, one of off, on, info,
	// warning and error. on means the rule's own severity.
	Rules map[string]string
	// Strict is for services that allow no plaintext and no unverified peer.
	Strict bool
	// FailOn is the severity from which on findings make gen vet fail: info, warning, error
	// or none.
	FailOn string
	// Confidence is the least confidence that is shown and counts: low, medium or high.
	Confidence string
	// Exclude holds patterns of files and folders from the module's root, with "**".
	Exclude []string
	// Require says which functions have to have a span.
	Require []policy.Requirement
	// Registries holds the paths of attribute registries, with slashes, from the file's folder.
	Registries []string
}

// Defaults returns what holds without a file.
func Defaults() Config {
	var c Config
	for _, f := range table() {
		if f.kind == choice {
			*f.at(&c).(*string) = f.preset
		}
	}
	return c
}

// Effective returns what the analyzers have to know, for the flag -policy.config: compact JSON
// of a policy.Config. Files that mean the same give the same bytes.
//
// attributes are what the registries hold; woven says that the build brings instrumentation
// into the code.
func Effective(c Config, attributes []policy.Attribute, woven bool) ([]byte, error) {
	p := policy.Config{
		Rules: c.Rules, Strict: c.Strict, Require: c.Require, Woven: woven,
		Exclude:    slices.Compact(slices.Sorted(slices.Values(c.Exclude))),
		Attributes: slices.SortedFunc(slices.Values(attributes), func(a, b policy.Attribute) int { return cmp.Compare(a.Key, b.Key) }),
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(p); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// Fault is one thing that is wrong with the file, and what to do about it.
type Fault struct {
	File         string
	Line, Column int    // from 1; 0 when the file as a whole is meant
	Field        string // dotted path; empty when the file as a whole is meant
	Problem      string // the fact, without the field
	Remedy       string // an imperative
}

// Fact says what is wrong and where, without the remedy.
func (f *Fault) Fact() string {
	var b strings.Builder
	b.WriteString(f.File + ":")
	if f.Line > 0 {
		fmt.Fprintf(&b, "%d:%d:", f.Line, f.Column)
	}
	b.WriteByte(' ')
	if f.Field != "" {
		b.WriteString(f.Field + ": ")
	}
	return b.String() + f.Problem
}

// Error is the fact and the remedy in one line.
func (f *Fault) Error() string { return f.Fact() + "; " + f.Remedy }

// Faults lists the faults that Read has found, in the order of the file. It is nil for another
// error and for none.
func Faults(err error) []*Fault {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	var list []*Fault
	for _, e := range joined.Unwrap() {
		f, ok := errors.AsType[*Fault](e)
		if !ok {
			return nil
		}
		list = append(list, f)
	}
	return list
}

// Read reads the file; name is what faults call it, rules are the IDs of all rules. Keys that
// it does not have get their defaults. The error joins every fault, see Faults; or it is that
// of reading.
//
// The file is one YAML document of at most 1 MiB in UTF-8, of which no more is read, with no
// key twice, no value of another type, no anchors, aliases, merge keys or tags.
func Read(name string, r io.Reader, rules []string, base Config) (Config, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return Config{}, err
	}
	p := &parser{file: name, rules: rules, c: base, first: map[string]int{}}
	root, f := document(data)
	if f != nil {
		p.fault(f, f.Line, f.Column)
	} else {
		p.document(root)
	}
	if len(p.faults) > 0 {
		slices.SortStableFunc(p.faults, func(a, b *Fault) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
		var errs []error
		for _, f := range p.faults {
			errs = append(errs, f)
		}
		return Config{}, errors.Join(errs...)
	}
	return p.c, nil
}
