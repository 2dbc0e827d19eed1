package generate

import (
	"os"

	"github.com/mintwright/mintwright/internal/fault"
)

// maxFile is the size of the largest file that is read for directives and modules. No source that
// somebody wrote is larger; what pretends to be one may be endless.
const maxFile = 64 << 20

// readFile reads a regular file of at most maxFile bytes.
func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fault.Fault{File: name, Problem: "it is no regular file", Remedy: "put a file there, or take it away"}
	case info.Size() > maxFile:
		return nil, &fault.Fault{File: name, Problem: "it is larger than 64 MiB", Remedy: "make it smaller"}
	}
	return os.ReadFile(name)
}
