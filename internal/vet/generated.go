package vet

import (
	"io"
	"io/fs"
	slashed "path"
	"strings"

	"github.com/mintwright/mintwright/internal/registry"
	"github.com/mintwright/mintwright/internal/stamp"
)

// maxEntries is how much of a service is looked through for registries.
const maxEntries = 5000

// generated returns the files and folders of the registries that gen attrs has made helpers of
// in a service, sorted: the headers of its files say which. Only names that end in attrs.go are
// looked into, which is how gen attrs calls them, since cmd/go asks once a package.
func generated(service fs.FS) []string {
	var list []string
	seen := 0
	// What cannot be read holds no registry; the build tells.
	_ = fs.WalkDir(service, ".", func(name string, d fs.DirEntry, err error) error {
		if seen++; err != nil || seen > maxEntries {
			return fs.SkipAll
		}
		base := d.Name()
		switch {
		case d.IsDir() && name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "vendor" || base == "node_modules"):
			return fs.SkipDir
		case d.Type().IsRegular() && strings.HasSuffix(base, "attrs.go"):
			list = append(list, madeFrom(service, name)...)
		}
		return nil
	})
	return list
}

// madeFrom returns what the header of a file says that it was made from.
func madeFrom(service fs.FS, name string) []string {
	f, err := service.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	const enough = 4 << 10 // for the two lines of a header
	start, err := io.ReadAll(io.LimitReader(f, enough))
	if err != nil {
		return nil
	}
	args, _, ok := stamp.Read(start)
	if !ok || len(args) == 0 || args[0] != "attrs" {
		return nil
	}
	var list []string
	files, _ := registry.Named(args[1:])
	for _, file := range files {
		if p := slashed.Join(slashed.Dir(name), file); fs.ValidPath(p) {
			if _, err := fs.Stat(service, p); err == nil {
				list = append(list, p)
			}
		}
	}
	return list
}
