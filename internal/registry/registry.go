// Package registry reads the attributes of semantic-convention registries: what a team writes
// down of its own attribute keys, in the form of OpenTelemetry Weaver.
//
// Three forms are read: "groups:" at the top (the syntax of version 1, with the prefixes of
// older ones), "file_format: definition/2", and "file_format: resolved/2.0", which Weaver
// writes. Only definitions of attributes are taken; references to those of others, signals and
// manifests are passed over, and so are fields that are not known: the second syntax still
// changes.
//
// Rules: https://github.com/open-telemetry/weaver, schemas/semconv-syntax.md and
// semconv-syntax.v2.md.
package registry

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Limits of what is read at once.
const (
	maxBytes      = 8 << 20 // of a file
	maxFiles      = 5000
	maxAttributes = 50000
	maxMembers    = 200000 // of all enums together
	maxFaults     = 50
	maxText       = 64 << 10 // of a brief or a note
)

// Attribute is the definition of an attribute.
type Attribute struct {
	Key       string
	Type      string // string, int, double, boolean, any, each but any with [], template[T], enum
	Members   []Member
	Brief     string
	Stability string // as written, may be empty

	// Deprecated is nil for an attribute that is in force.
	Deprecated *Deprecation

	File string // by its name in the file system, with slashes
	Line int    // from 1
}

// Member is a value of an enum.
type Member struct {
	ID    string
	Value string // of integers and the like as it is written
	Brief string
}

// Deprecation says why an attribute is no more to be used.
type Deprecation struct {
	Reason    string // renamed, obsoleted, uncategorized, unspecified; empty where a note is all there is
	RenamedTo string // the new key when the reason is renamed
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
// What is wrong with the files is told all at once, each with file and line. The error is that
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
		return nil, errors.Join(r.faults...)
	}
	return r.found, nil
}

type reader struct {
	fsys   fs.FS
	seen   map[string]bool
	found  []Attribute
	faults []error
	full   bool // nothing more is taken

	members int // how many were taken
}

// name reads a file, or all of a folder.
func (r *reader) name(name string) error {
	name = path.Clean(name)
	info, err := fs.Stat(r.fsys, name)
	if err != nil {
		return fmt.Errorf("attribute registry: %w", err)
	}
	if !info.IsDir() {
		return r.file(name, true)
	}
	return fs.WalkDir(r.fsys, name, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("attribute registry: %w", err)
		}
		if d.IsDir() && file != name && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() || !isYAML(file) || isManifest(file) {
			return nil
		}
		return r.file(file, false)
	})
}

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

// isManifest reports whether a file tells about a registry and is none.
func isManifest(name string) bool {
	switch strings.TrimSuffix(path.Base(name), path.Ext(name)) {
	case "manifest", "registry_manifest", "weaver_registry", "weaver":
		return true
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
		r.stop(fmt.Errorf("attribute registry: more than %d files, up to %q", maxFiles, name))
		return nil
	}
	f, err := r.fsys.Open(name)
	if err != nil {
		return fmt.Errorf("attribute registry: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return fmt.Errorf("attribute registry: reading %q: %w", name, err)
	}
	if len(data) > maxBytes {
		r.stop(fmt.Errorf("%s: the file has more than %d MiB", name, maxBytes>>20))
		return nil
	}
	(&file{reader: r, name: name, named: named}).parse(data)
	return nil
}

// stop tells of something after which reading on is of no use.
func (r *reader) stop(err error) {
	r.faults = append(r.faults, err)
	r.full = true
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
		if first := kept[len(kept)-1]; !same(first, a) && len(r.faults) < maxFaults {
			r.faults = append(r.faults, fmt.Errorf("%s:%d: attribute %q is defined otherwise at %s:%d", a.File, a.Line, a.Key, first.File, first.Line))
		}
	}
	r.found = kept
}

// same reports whether two definitions say the same of the values and of what became of the key.
func same(a, b Attribute) bool {
	if a.Type != b.Type || (a.Deprecated == nil) != (b.Deprecated == nil) || a.Deprecated != nil && a.Deprecated.RenamedTo != b.Deprecated.RenamedTo {
		return false
	}
	return slices.EqualFunc(a.Members, b.Members, func(a, b Member) bool { return a.Value == b.Value })
}
