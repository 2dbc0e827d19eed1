// Package registry reads registries of semantic conventions: what a team writes down of its own
// attributes and signals, in the form of OpenTelemetry Weaver.
//
// Four forms are read: "groups:" at the top (the syntax of version 1, with the prefixes of
// older ones), "file_format: definition/2", "file_format: resolved/2.0", which Weaver writes,
// and for the keys alone the schema files of OpenTelemetry ("file_format: 1.1.0"), which know
// what a key was called before. Fields that are not known are passed over with a warning: the
// second syntax still changes.
//
// Read returns the definitions of attributes and cares for nothing else. Load returns all that
// a registry defines, with its references resolved, and is strict.
//
// Rules: https://github.com/open-telemetry/weaver, schemas/semconv-syntax.md,
// semconv-syntax.v2.md and semconv-schemas.md.
package registry

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/fault"
)

// Limits of what is read at once.
const (
	maxBytes      = 8 << 20 // of a file
	maxFiles      = 5000
	maxAttributes = 50000
	maxMembers    = 200000  // of all enums together
	maxEntries    = 200000  // references of all signals together
	maxUses       = 200000  // attributes of all signals together, after resolving
	maxWork       = 5000000 // attributes that are looked at while groups are put together
	maxPatterns   = 1000    // of imports
	maxOthers     = 100     // registries that are depended on
	maxTexts      = 64 << 20
	maxFaults     = 50
	maxWarnings   = 50
	maxText       = 64 << 10 // of a brief or a note
	maxDepth      = 16       // of dependencies
)

// Attribute is the definition of an attribute.
type Attribute struct {
	Key       string
	Type      string // string, int, double, boolean, any, each but any with [], template[T], enum
	Members   []Member
	Brief     string
	Note      string
	Examples  []string // as YAML has them: strings in quotes, lists in brackets
	Stability string   // as written, may be empty

	// Deprecated is nil for an attribute that is in force.
	Deprecated *Deprecation
	// Exclude says that no code is wanted for it.
	Exclude bool

	From string // the schema URL of the dependency that defines it; empty: the registry itself

	File         string // by its name in the file system, with slashes
	Line, Column int    // from 1

	hidden  bool // from registries that depend on this one
	renamed bool // nothing but the new name is known, from a schema file
}

// Member is a value of an enum.
type Member struct {
	ID         string
	Value      string // of integers and the like as it is written
	Type       string // string, int, double, boolean
	Brief      string
	Note       string
	Stability  string
	Deprecated *Deprecation
	Exclude    bool

	Line, Column int
}

// ValueType returns the type of the values: that of the members of an enum, that behind a
// template.
func (a *Attribute) ValueType() string {
	if a.Type == "enum" {
		if len(a.Members) == 0 {
			return "string"
		}
		return a.Members[0].Type
	}
	if inner, ok := strings.CutPrefix(a.Type, "template["); ok {
		return strings.TrimSuffix(inner, "]")
	}
	return a.Type
}

// IsTemplate reports whether the key is the beginning of keys that users complete.
func (a *Attribute) IsTemplate() bool { return strings.HasPrefix(a.Type, "template[") }

// Deprecation says why something is no more to be used.
type Deprecation struct {
	Reason    string // renamed, obsoleted, uncategorized, unspecified; empty where a note is all there is
	RenamedTo string // the new name when the reason is renamed
	Note      string
}

// String says in a few words why the attribute is deprecated; it is never empty.
func (d *Deprecation) String() string {
	switch {
	case d.Note != "":
		return strings.Join(strings.Fields(d.Note), " ")
	case d.RenamedTo != "":
		return "renamed to " + d.RenamedTo
	case d.Reason != "":
		return d.Reason
	}
	return "deprecated"
}

// Read returns the attributes that files define, sorted by key. A name that is a folder stands
// for all files below it that end in .yaml or .yml and are registries; manifests are not.
//
// What is wrong with the files is told all at once, as joined *fault.Fault. The error is that
// of the file system when a file cannot be read.
func Read(fsys fs.FS, names ...string) ([]Attribute, error) {
	r := &reader{fsys: fsys, seen: map[string]bool{}}
	for _, name := range names {
		if err := r.name(name); err != nil {
			return nil, err
		}
	}
	r.checkDouble()
	if len(r.faults) > 0 {
		return nil, r.joined()
	}
	return r.found, nil
}

// reader collects what files define.
type reader struct {
	fsys   fs.FS
	seen   map[string]bool
	faults []*fault.Fault
	full   bool // nothing more is taken

	found    []Attribute
	raws     []*raw
	imports  []imports
	schema   string // of a resolved registry
	warnings []*fault.Fault

	signals bool   // they are wanted too
	from    string // see Attribute.From

	members, entries, texts int // how many were taken
}

// joined returns what is wrong, in the order of the files.
func (r *reader) joined() error {
	slices.SortStableFunc(r.faults, func(a, b *fault.Fault) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	var errs []error
	for _, f := range r.faults {
		errs = append(errs, f)
	}
	return errors.Join(errs...)
}

// name reads a file, or all of a folder.
func (r *reader) name(name string) error {
	files, folder, err := list(r.fsys, name)
	if err != nil {
		return err
	}
	for _, file := range files {
		if isManifest(file) && folder {
			continue
		}
		if err := r.file(file, !folder); err != nil {
			return err
		}
	}
	return nil
}

// list returns the files that a name stands for: itself, or those of a folder that end as YAML
// does, manifests too. A manifest stands for its folder.
func list(fsys fs.FS, name string) (files []string, folder bool, err error) {
	name = path.Clean(name)
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, false, fmt.Errorf("attribute registry: %w", err)
	}
	switch {
	case info.IsDir():
	case isManifest(name):
		name = path.Dir(name)
	default:
		return []string{name}, false, nil
	}
	err = fs.WalkDir(fsys, name, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("attribute registry: %w", err)
		}
		if d.IsDir() && file != name && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if d.Type().IsRegular() && isYAML(file) {
			files = append(files, file)
		}
		if len(files) > 2*maxFiles {
			return fs.SkipAll
		}
		return nil
	})
	return files, true, err
}

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

// isManifest reports whether a file tells about a registry and is none.
func isManifest(name string) bool {
	switch strings.TrimSuffix(path.Base(name), path.Ext(name)) {
	case "manifest", "registry_manifest", "weaver_registry", "weaver":
		return isYAML(name)
	}
	return false
}

// file reads a file. One that was named has to be a registry.
func (r *reader) file(name string, named bool) error {
	if r.seen[name] || r.full {
		return nil
	}
	r.seen[name] = true
	if len(r.seen) > maxFiles {
		r.stop(&fault.Fault{File: name, Problem: fmt.Sprintf("the attribute registry has more than %d files", maxFiles), Remedy: "divide it, or name the files that are meant"})
		return nil
	}
	data, err := content(r.fsys, name)
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		r.stop(f)
		return nil
	}
	if err != nil {
		return err
	}
	(&file{reader: r, name: name, named: named}).parse(data)
	return nil
}

// content returns what a file holds. That it is too large is a *fault.Fault.
func content(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("attribute registry: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("attribute registry: reading %q: %w", name, err)
	}
	if len(data) > maxBytes {
		return nil, &fault.Fault{File: name, Problem: fmt.Sprintf("the file has more than %d MiB", maxBytes>>20), Remedy: "divide it into several files"}
	}
	return data, nil
}

// stop tells of something after which reading on is of no use.
func (r *reader) stop(f *fault.Fault) {
	if !r.full {
		r.faults = append(r.faults, f)
	}
	r.full = true
}

// report tells of something that is wrong.
func (r *reader) report(f *fault.Fault) {
	switch {
	case len(r.faults) < maxFaults:
		r.faults = append(r.faults, f)
	case !r.full:
		r.stop(&fault.Fault{File: f.File, Problem: "there is more that is wrong", Remedy: "correct these first"})
	}
}

// warn tells of something that was passed over.
func (r *reader) warn(f *fault.Fault) {
	if len(r.warnings) < maxWarnings {
		r.warnings = append(r.warnings, f)
	}
}

// checkDouble sorts what was found, and reports keys that are defined in two ways.
func (r *reader) checkDouble() {
	slices.SortStableFunc(r.found, func(a, b Attribute) int { return strings.Compare(a.Key, b.Key) })
	kept := r.found[:0]
	for _, a := range r.found {
		if len(kept) == 0 || kept[len(kept)-1].Key != a.Key {
			kept = append(kept, a)
			continue
		}
		switch first := &kept[len(kept)-1]; {
		case a.renamed:
		case first.renamed:
			*first = a // the definition knows more
		case !same(*first, a) && len(r.faults) < maxFaults:
			r.report(twice(a, *first, "is defined otherwise"))
		}
	}
	r.found = kept
}

// twice says that an attribute was defined before.
func twice(a, first Attribute, how string) *fault.Fault {
	return &fault.Fault{
		File: a.File, Line: a.Line, Column: a.Column,
		Problem: fmt.Sprintf("attribute %q %s at %s:%d", a.Key, how, first.File, first.Line),
		Remedy:  "define it once, and refer to it elsewhere with ref: " + a.Key,
	}
}

// same reports whether two definitions say the same of the values and of what became of the key.
func same(a, b Attribute) bool {
	if a.Type != b.Type || (a.Deprecated == nil) != (b.Deprecated == nil) || a.Deprecated != nil && a.Deprecated.RenamedTo != b.Deprecated.RenamedTo {
		return false
	}
	return slices.EqualFunc(a.Members, b.Members, func(a, b Member) bool { return a.Value == b.Value })
}
