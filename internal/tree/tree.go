// Package tree is a service as a value: the files that were rendered, before they
// meet a disk.
//
// A Tree made by New can be written on every system that gen runs on and comes out
// the same there: paths stay inside the tree, do not differ by case alone, and use
// no name that Windows or git keeps for itself.
package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Owner says who may change a file after it was written.
type Owner string

const (
	// Managed files are merged in three ways by an update.
	Managed Owner = "managed"
	// Yours are written once and never touched again.
	Yours Owner = "yours"
	// Generated files are overwritten by the command that their header names.
	Generated Owner = "generated"
)

// Valid reports whether o is one of the three owners.
func (o Owner) Valid() bool {
	return o == Managed || o == Yours || o == Generated
}

// File is one file of a service.
type File struct {
	Path    string      // relative, with slashes
	Mode    fs.FileMode // 0644 or 0755
	Owner   Owner
	Content []byte
}

// Tree holds files sorted by path. Make it with New.
type Tree []File

// New returns the files as a Tree, sorted by path. The contents are not copied.
//
// It reports every fault at once: paths that CheckPath refuses, paths that are given
// twice or differ by case alone, a file where another file needs a folder, modes
// other than 0644 and 0755, and unknown owners.
func New(files ...File) (Tree, error) {
	t := Tree(slices.Clone(files))
	slices.SortStableFunc(t, func(a, b File) int { return strings.Compare(a.Path, b.Path) })

	var faults []error
	spellings := map[string]string{} // a path or folder in lower case -> how it was first spelt
	isFile := map[string]bool{}      // by the same key
	for _, f := range t {
		if err := CheckFile(f); err != nil {
			faults = append(faults, err)
			continue
		}
		key := strings.ToLower(f.Path)
		if first, taken := spellings[key]; taken {
			faults = append(faults, collision(first, f.Path))
			continue
		}
		if err := claimFolders(f.Path, spellings, isFile); err != nil {
			faults = append(faults, err)
			continue
		}
		spellings[key], isFile[key] = f.Path, true
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return t, nil
}

// claimFolders enters the folders above name, and refuses one that is a file or that
// was spelt otherwise before.
func claimFolders(name string, spellings map[string]string, isFile map[string]bool) error {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		key := strings.ToLower(dir)
		first, taken := spellings[key]
		switch {
		case isFile[key]:
			return fmt.Errorf("file %q: %q is a file, not a folder", name, first)
		case taken && first != dir:
			return collision(first, dir)
		}
		spellings[key] = dir
	}
	return nil
}

func collision(first, second string) error {
	if first == second {
		return fmt.Errorf("file %q is given twice", second)
	}
	return fmt.Errorf("file %q differs from %q by case alone", second, first)
}

// Lookup returns the file at the path.
func (t Tree) Lookup(path string) (File, bool) {
	i, found := slices.BinarySearchFunc(t, path, func(f File, p string) int { return strings.Compare(f.Path, p) })
	if !found {
		return File{}, false
	}
	return t[i], true
}
