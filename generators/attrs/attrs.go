// Package attrs writes typed Go helpers for the attributes, metrics, spans and events of a
// registry of semantic conventions.
package attrs

import (
	"errors"
	"io/fs"

	"github.com/mintwright/mintwright/internal/tree"
)

// Make returns the files that are made of a registry; their paths are relative to o.Dir. args
// are those of gen, the verb first, for the header.
//
// Errors are *fault.Fault, several joined.
func Make(files fs.FS, o Options, args []string) ([]tree.File, error) {
	return nil, errors.New("attrs: not yet")
}
