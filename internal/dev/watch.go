package dev

import (
	"fmt"
	"hash/fnv"
	"io/fs"
	"path/filepath"
	"strings"
)

// fingerprint changes when a source of the service in dir is written, added or removed:
// Go files that are not tests, go.mod, go.sum and mintwright.yaml.
// It looks at names, sizes and times only. What cannot be read counts as absent: a file
// may go away while an editor saves it.
func fingerprint(dir string) uint64 {
	h := fnv.New64a()
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		name := d.Name()
		if d.IsDir() {
			if path != dir && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		if !isSource(name) {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		fmt.Fprintf(h, "%s\x00%d\x00%d\x00", path, info.Size(), info.ModTime().UnixNano())
		return nil
	})
	return h.Sum64()
}

func isSource(name string) bool {
	switch name {
	case "go.mod", "go.sum", "mintwright.yaml":
		return true
	}
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, ".")
}
