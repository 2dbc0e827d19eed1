package main

import (
	"os"
	"path/filepath"

	"github.com/mintwright/mintwright/internal/report"
)

// repository returns the nearest folder above dir, or dir itself, that git works in; dir where
// there is none.
func repository(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}

// shorten makes the files relative to the base where they lie in it.
func (v *vetCommand) shorten(all *found) {
	short := func(p *report.Position) { p.File = v.relative(p.File) }
	for i := range all.Findings {
		f := &all.Findings[i]
		short(&f.Position)
		for j := range f.Related {
			short(&f.Related[j].Position)
		}
		for j := range f.Fixes {
			for k := range f.Fixes[j].Edits {
				e := &f.Fixes[j].Edits[k]
				e.File = v.relative(e.File)
			}
		}
	}
}

// relative returns a file as findings name it: from the base, with slashes, where it lies in it.
func (v *vetCommand) relative(file string) string {
	rel, err := filepath.Rel(v.base, file)
	if err != nil || !filepath.IsLocal(rel) {
		return filepath.ToSlash(file)
	}
	return filepath.ToSlash(rel)
}

// absolute is the inverse of relative.
func (v *vetCommand) absolute(file string) string {
	name := filepath.FromSlash(file)
	if !filepath.IsAbs(name) {
		name = filepath.Join(v.base, name)
	}
	return name
}

// source reads a file that a finding names.
func (v *vetCommand) source(file string) ([]byte, error) { return os.ReadFile(v.absolute(file)) }
