package disk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// Change is a new content for a file that exists.
type Change struct {
	Path     string // from the folder that Rewrite is given, with slashes
	Old, New []byte
}

// Rewrite gives files below dir the content New, provided that they hold Old. A file keeps its
// mode. Each is replaced in one step, and none before all could be written beside their
// places. Runs in one folder wait for each other.
//
// It returns the paths of what was written: all, or with an error those that came before it;
// each file holds the old content or the new. It fails with an *Error, before it writes
// anything, for a symbolic link, for a file that its mode does not allow to write, and with
// ErrChanged for one with another content than Old; and for what lies outside of dir.
func Rewrite(ctx context.Context, dir string, changes []Change) (written []string, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, classify(dir, err)
	}
	defer root.Close()
	list := slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return bytes.Equal(c.Old, c.New) })
	slices.SortFunc(list, func(a, b Change) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	for i, c := range list {
		if !fs.ValidPath(c.Path) || c.Path == "." || i > 0 && list[i-1].Path == c.Path {
			return nil, fmt.Errorf("path %q is not that of one file below %s", c.Path, dir)
		}
		if _, err := c.check(root, dir); err != nil {
			return nil, classify(filepath.Join(dir, filepath.FromSlash(c.Path)), err)
		}
	}
	written, err = rewrite(ctx, root, dir, list)
	return written, classify(dir, err)
}

// check returns the mode of a file that can be replaced.
func (c Change) check(root *os.Root, dir string) (fs.FileMode, error) {
	shown := filepath.Join(dir, filepath.FromSlash(c.Path))
	info, err := root.Lstat(c.Path)
	switch {
	case err != nil:
		return 0, err
	case info.Mode()&fs.ModeSymlink != 0:
		return 0, &Error{Path: shown, Reason: ErrSymlink}
	case !info.Mode().IsRegular():
		return 0, fmt.Errorf("%s is not a regular file", shown)
	case info.Mode()&0o200 == 0:
		return 0, &Error{Path: shown, Reason: ErrReadOnly} // a rename would not ask the file
	}
	content, err := root.ReadFile(c.Path)
	switch {
	case err != nil:
		return 0, err
	case !bytes.Equal(content, c.Old):
		return 0, &Error{Path: shown, Reason: ErrChanged}
	}
	return info.Mode().Perm(), nil
}

func rewrite(ctx context.Context, root *os.Root, dir string, changes []Change) (written []string, err error) {
	folders := map[string]bool{}
	for _, c := range changes {
		folders[path.Dir(c.Path)] = true
	}
	release, err := holdAll(root, dir, slices.Sorted(maps.Keys(folders)))
	defer release()
	if err != nil {
		return nil, err
	}
	var waiting []staged
	defer func() {
		for _, s := range waiting {
			err = joinCleanup(err, root.RemoveAll(s.name)) // it is gone once it took its place
		}
	}()
	for _, c := range changes {
		s := staged{name: path.Join(path.Dir(c.Path), stagingBeside("generated")), place: c.Path}
		waiting = append(waiting, s)
		mode, err := c.check(root, dir)
		if err == nil {
			err = writeNew(root, s.name, c.New, 0o600)
		}
		if err == nil {
			err = root.Chmod(s.name, mode)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i, c := range changes {
		if _, err := c.check(root, dir); err != nil { // an editor does not know our locks
			return written, err
		}
		if err := root.Rename(waiting[i].name, waiting[i].place); err != nil {
			return written, err
		}
		written = append(written, c.Path)
	}
	return written, nil
}

// holdAll locks folders, which are sorted so that two runs cannot lock each other, against
// other runs that write into them, and clears away what killed runs have left. release is
// never nil.
func holdAll(root *os.Root, dir string, folders []string) (release func(), err error) {
	var undo []func()
	release = func() {
		for _, f := range slices.Backward(undo) {
			f()
		}
	}
	for _, folder := range folders {
		within, err := root.OpenRoot(folder)
		if err != nil {
			return release, err
		}
		undo = append(undo, func() { _ = within.Close() })
		held, err := acquireWithin(within, lockBeside("generated"), lockPatience)
		if errors.Is(err, ErrBusy) {
			return release, &Error{Path: filepath.Join(dir, filepath.FromSlash(folder)), Reason: ErrBusy}
		}
		if err != nil {
			return release, err
		}
		undo = append(undo, held.release)
		if err := clearBeside(within, "generated"); err != nil {
			return release, err
		}
	}
	return release, nil
}
