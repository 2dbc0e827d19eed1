package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
)

// The reasons of an Error.
var (
	ErrNotEmpty     = errors.New("is not empty")
	ErrExists       = errors.New("appeared while the files were written")
	ErrNotDirectory = errors.New("is a file, not a folder")
	ErrSymlink      = errors.New("is a symbolic link")
	ErrReadOnly     = errors.New("cannot be written")
	ErrFull         = errors.New("has no space left")
	ErrBusy         = errors.New("is being written by another gen")
	ErrHandwritten  = errors.New("was not generated")
	ErrChanged      = errors.New("has changed in between")
)

// Error says why a path was not written.
type Error struct {
	Path   string
	Reason error // one of the errors of this package
	Files  int   // with ErrNotEmpty: how many files are in it; at most MaxCount are counted
	Cause  error // what the system said, or nil
}

// MaxCount is where the counting of a user's files ends.
const MaxCount = 10_000

// Error returns one line without the names of our temporary files.
func (e *Error) Error() string {
	switch {
	case errors.Is(e.Reason, ErrNotEmpty):
		return asFolder(e.Path) + " is not empty (" + e.count() + ")"
	case e.Cause != nil:
		return fmt.Sprintf("%s %v: %v", e.Path, e.Reason, cause(e.Cause))
	}
	return fmt.Sprintf("%s %v", e.Path, e.Reason)
}

// Unwrap lets errors.Is find the reason and the cause.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Reason}
	}
	return []error{e.Reason, e.Cause}
}

func (e *Error) count() string {
	switch {
	case e.Files == 0:
		return "folders only"
	case e.Files == 1:
		return "1 file"
	case e.Files >= MaxCount:
		return fmt.Sprintf("%d files or more", MaxCount)
	}
	return fmt.Sprintf("%d files", e.Files)
}

func asFolder(dir string) string {
	dir = filepath.ToSlash(dir)
	return strings.TrimSuffix(dir, "/") + "/"
}

// cause returns the system's own word, which names no path.
func cause(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return err
}

// classify gives an error of the system one of the reasons, when one fits.
func classify(where string, err error) error {
	var known *Error
	switch {
	case errors.As(err, &known):
		return err
	case isFull(err):
		return &Error{Path: where, Reason: ErrFull, Cause: err}
	case isReadOnly(err):
		return &Error{Path: where, Reason: ErrReadOnly, Cause: err}
	}
	return err
}

// isMissing reports whether err says that there is no such file; a way over a file
// leads nowhere too.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
