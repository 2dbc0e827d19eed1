package disk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/mintwright/mintwright/internal/tree"
)

// Names inside a folder that exists.
const (
	lockInside    = ".mintwright-staging.lock"
	stagingInside = ".mintwright-staging"
	stagedFiles   = stagingInside + "/files"
	journalInside = stagingInside + "/journal"
)

func isOurs(name string) bool { return name == lockInside || name == stagingInside }

// isKept reports whether a folder with this entry at its top still counts as empty.
func isKept(e fs.DirEntry) bool {
	return e.Name() == ".git" || !e.IsDir() && isKeptName(e.Name())
}

func isKeptName(name string) bool {
	upper := strings.ToUpper(name)
	return name == ".gitignore" || strings.HasPrefix(upper, "README") || strings.HasPrefix(upper, "LICENSE")
}

// fill writes the missing files into a folder that exists.
func fill(ctx context.Context, dir string, t tree.Tree, o Options) (Result, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Result{}, classify(dir, err)
	}
	defer root.Close()
	clearAbove(dir)

	if !hasOurs(root) { // then refuse before anything is touched
		if r, err := compare(root, dir, t, o, nil); err != nil || len(r.Written) == 0 {
			return r, err
		}
	}
	held, err := acquire(root, lockInside)
	if errors.Is(err, ErrBusy) {
		return Result{}, &Error{Path: dir, Reason: ErrBusy}
	}
	if err != nil {
		return Result{}, classify(dir, err)
	}
	defer held.release()
	if err := recoverMove(root); err != nil {
		return Result{}, classify(dir, fmt.Errorf("undoing an interrupted run in %q: %w", dir, err))
	}
	r, err := compare(root, dir, t, o, nil)
	if err != nil || len(r.Written) == 0 {
		return r, err
	}
	if err := add(ctx, root, dir, missing(t, r.Written), o); err != nil {
		return Result{}, classify(dir, joinCleanup(err, recoverMove(root)))
	}
	// The files are in place; what is left of the staging folder is cleared at the latest by the next run.
	_ = o.before("clean")
	_ = root.RemoveAll(stagingInside)
	_ = o.before("unlock")
	return r, nil
}

// hasOurs reports whether another run is or was at work in the folder.
func hasOurs(root *os.Root) bool {
	for _, name := range []string{stagingInside, lockInside} {
		if _, err := root.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}

// missing returns the files of t with the given paths, both in the same order.
func missing(t tree.Tree, paths []string) tree.Tree {
	var files tree.Tree
	for _, p := range paths {
		if f, found := t.Lookup(p); found {
			files = append(files, f)
		}
	}
	return files
}

// compare says what is to be done with each file of t in the folder. The paths in
// absent count as not there. It refuses a folder that is not empty unless o.Force.
func compare(root *os.Root, dir string, t tree.Tree, o Options, absent map[string]bool) (Result, error) {
	empty, files, err := count(root, absent)
	if err != nil {
		return Result{}, classify(dir, err)
	}
	if !empty && !o.Force {
		return Result{}, &Error{Path: dir, Reason: ErrNotEmpty, Files: files}
	}
	var r Result
	for _, f := range t {
		info, err := root.Lstat(f.Path)
		if err != nil {
			if link, found := badLink(root, f.Path); found {
				return Result{}, &Error{Path: filepath.Join(dir, filepath.FromSlash(link)), Reason: ErrSymlink}
			}
		}
		if absent[f.Path] || errors.Is(err, fs.ErrNotExist) {
			r.Written = append(r.Written, f.Path)
			continue
		}
		if isMissing(err) { // a file lies where a folder should
			r.Differ = append(r.Differ, f.Path)
			continue
		}
		if err != nil {
			return Result{}, classify(filepath.Join(dir, filepath.FromSlash(f.Path)), fmt.Errorf("looking at %q in %q: %w", f.Path, dir, err))
		}
		same, err := isSame(root, info, f)
		switch {
		case err != nil:
			return Result{}, classify(dir, err)
		case same:
			r.Same = append(r.Same, f.Path)
		case empty && isKeptName(f.Path):
			r.Kept = append(r.Kept, f.Path)
		default:
			r.Differ = append(r.Differ, f.Path)
		}
	}
	return r, nil
}

// badLink returns the symbolic link above name that leads outside the folder, or nowhere.
func badLink(root *os.Root, name string) (string, bool) {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		info, err := root.Lstat(dir)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			continue
		}
		if _, err := root.Stat(dir); err != nil {
			return dir, true
		}
	}
	return "", false
}

func isSame(root *os.Root, info fs.FileInfo, f tree.File) (bool, error) {
	if !info.Mode().IsRegular() || info.Size() != int64(len(f.Content)) {
		return false, nil
	}
	content, err := root.ReadFile(f.Path)
	return bytes.Equal(content, f.Content), err
}

// count reports whether the folder counts as empty, and how many files are in it that
// speak against it: up to MaxCount, without a .git.
func count(root *os.Root, absent map[string]bool) (empty bool, files int, err error) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return false, 0, err
	}
	empty = true
	for _, e := range entries {
		if isOurs(e.Name()) || isKept(e) || absent[e.Name()] {
			continue
		}
		empty = false
		err := fs.WalkDir(root.FS(), e.Name(), func(p string, d fs.DirEntry, err error) error {
			switch {
			case err != nil || files >= MaxCount:
				return fs.SkipAll // an unreadable folder is not empty either
			case d.IsDir() && d.Name() == ".git":
				return fs.SkipDir
			case !d.IsDir() && !absent[p]:
				files++
			}
			return nil
		})
		if err != nil {
			return false, 0, err
		}
	}
	return empty, files, nil
}

// add stages the files inside the folder and moves them to their places. After an
// error recoverMove undoes what it did.
func add(ctx context.Context, root *os.Root, dir string, t tree.Tree, o Options) error {
	if err := o.before("mkdir"); err != nil {
		return err
	}
	if err := root.Mkdir(stagingInside, 0o700); err != nil {
		return err
	}
	if err := stage(ctx, root, stagedFiles, t, o); err != nil {
		return err
	}
	prepare, err := mayPrepare(root, o)
	if err != nil {
		return err
	}
	if prepare {
		if err := o.Prepare(filepath.Join(dir, filepath.FromSlash(stagedFiles))); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := writeJournal(root); err != nil {
		return err
	}
	if err := move(root, dir, ".", o); err != nil {
		return err
	}
	if err := o.before("commit"); err != nil {
		return err
	}
	return root.Remove(journalInside) // from here on the files stay
}

// mayPrepare reports whether Prepare is to be called: not in a folder of the user's own.
func mayPrepare(root *os.Root, o Options) (bool, error) {
	if o.Prepare == nil {
		return false, nil
	}
	empty, _, err := count(root, nil)
	if err != nil || !empty {
		return false, err
	}
	_, err = root.Lstat(".git")
	return errors.Is(err, fs.ErrNotExist), nil
}

// move brings what is staged under rel to its place: whole folders where the folder is
// missing, their content where it exists.
func move(root *os.Root, dir, rel string, o Options) error {
	entries, err := fs.ReadDir(root.FS(), path.Join(stagedFiles, rel))
	if err != nil {
		return err
	}
	for _, e := range entries {
		to := path.Join(rel, e.Name())
		from := path.Join(stagedFiles, to)
		there, err := root.Stat(to)
		if err == nil && there.IsDir() && e.IsDir() {
			if err := move(root, dir, to, o); err != nil {
				return err
			}
			continue
		}
		taken := &Error{Path: filepath.Join(dir, filepath.FromSlash(to)), Reason: ErrExists}
		if _, err := root.Lstat(to); err == nil {
			return taken
		}
		if err := o.before("move"); err != nil {
			return err
		}
		err = moveEntry(root, from, to, e.IsDir())
		if errors.Is(err, fs.ErrExist) {
			return taken
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// moveEntry links a file before it renames: a link never replaces what appeared meanwhile.
// Some file systems have no links.
func moveEntry(root *os.Root, from, to string, isDir bool) error {
	if !isDir {
		err := root.Link(from, to)
		if err == nil || errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return root.Rename(from, to)
}
