// Package disk writes services into a user's folders. It is the only package that does.
//
// It promises all or nothing: after an error, a cancelled context or a kill a folder
// holds what it held before, or the whole service; what a killed run left behind is
// undone by the next run in the same place. A file that is there is never overwritten.
// Two runs never work on one folder at once: a lock that ends with its process keeps
// them apart, and tells what is stale from what is alive.
//
// A folder that does not exist is staged beside its place and renamed once. A folder
// that exists stays the same inode, because somebody may stand in it: the files are
// staged inside it and moved under a journal, by which an interrupted move is undone.
//
// Files are not synced one by one: that costs a hundred times the writing, and a crash
// of the machine loses nothing that gen could not write again.
package disk

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/mintwright/mintwright/internal/tree"
)

// Options says how to write. Its zero value refuses a folder with files in it.
type Options struct {
	// Force adds what is missing to a folder that has files of its own.
	Force bool
	// Prepare, when set, is called with the path of the staged folder after the files
	// are written and before they take their place. What it makes there is part of the
	// service. It is not called for a folder that has a .git or files of its own.
	Prepare func(root string) error

	// step is called before each effect; tests slow it down or make it fail.
	step func(effect string) error
}

func (o Options) before(effect string) error {
	if o.step == nil {
		return nil
	}
	return o.step(effect)
}

// Result says what became of each file of a tree; paths are those of the tree.
type Result struct {
	Written []string // were missing
	Same    []string // were there, with the same content
	Kept    []string // a README, LICENSE or .gitignore that was there before
	Differ  []string // were there with other content; with Force only
}

// Create writes the tree to the folder dir, whose parents are made when missing.
//
// A folder that holds nothing but .git, README*, LICENSE* and .gitignore counts as
// empty, and these are kept. With Force, a folder may hold anything: what is missing is
// added and what differs is listed in Result.Differ, untouched; that is no error.
//
// It fails with an *Error whose Reason is one of the errors of this package when it
// refuses or when the disk does; with the context's error, or with that of Prepare.
func Create(ctx context.Context, dir string, t tree.Tree, o Options) (Result, error) {
	// A folder that appears while we wait for the lock makes us look again.
	for range 3 {
		p, err := locate(dir)
		if err != nil {
			return Result{}, err
		}
		if p.exists {
			return fill(ctx, p.dir, t, o)
		}
		err = p.create(ctx, t, o)
		if errors.Is(err, errAppeared) {
			continue
		}
		if err != nil {
			return Result{}, classify(p.anchor, err)
		}
		return Result{Written: paths(t)}, nil
	}
	return Result{}, &Error{Path: dir, Reason: ErrExists}
}

// Preview returns what Create would do, and its refusals, without writing anything.
func Preview(dir string, t tree.Tree, o Options) (Result, error) {
	p, err := locate(dir)
	if err != nil {
		return Result{}, err
	}
	if !p.exists {
		return Result{Written: paths(t)}, nil
	}
	root, err := os.OpenRoot(p.dir)
	if err != nil {
		return Result{}, classify(p.dir, err)
	}
	defer root.Close()
	left, err := leftovers(root)
	if err != nil {
		return Result{}, classify(p.dir, err)
	}
	return compare(root, p.dir, t, o, left)
}

func paths(t tree.Tree) []string {
	var names []string
	for _, f := range t {
		names = append(names, f.Path)
	}
	return names
}

// place is where a service will lie.
type place struct {
	dir    string
	exists bool
	// When dir does not exist: the nearest folder above it that does, and the names
	// from there down to dir.
	anchor  string
	missing []string
}

// locate looks at dir as it was given: "." is the folder somebody stands in, even when
// the way there leads over a symbolic link.
func locate(dir string) (place, error) {
	p := place{dir: filepath.Clean(dir)}
	info, err := os.Lstat(p.dir)
	switch {
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		return place{}, &Error{Path: p.dir, Reason: ErrSymlink}
	case err == nil && !info.IsDir():
		return place{}, &Error{Path: p.dir, Reason: ErrNotDirectory}
	case err == nil:
		p.exists = true
		return p, nil
	case !isMissing(err):
		return place{}, classify(p.dir, err)
	}
	for p.anchor = p.dir; ; {
		name := filepath.Base(p.anchor)
		if up := filepath.Dir(p.anchor); up != p.anchor && name != ".." {
			p.anchor, p.missing = up, append([]string{name}, p.missing...)
		} else {
			return place{}, classify(p.dir, err)
		}
		info, err = os.Stat(p.anchor)
		switch {
		case err == nil && !info.IsDir():
			return place{}, &Error{Path: p.anchor, Reason: ErrNotDirectory}
		case err == nil:
			return p, nil
		case !isMissing(err):
			return place{}, classify(p.anchor, err)
		}
		if _, err := os.Lstat(p.anchor); err == nil { // a link to nowhere
			return place{}, &Error{Path: p.anchor, Reason: ErrSymlink}
		}
	}
}

// errAppeared tells Create that the folder exists now.
var errAppeared = errors.New("the folder exists now")

// create stages the first missing folder beside its place and renames it there: missing
// parents come into being by the same rename.
func (p place) create(ctx context.Context, t tree.Tree, o Options) (err error) {
	root, err := os.OpenRoot(p.anchor)
	if err != nil {
		return err
	}
	defer root.Close()
	first := p.missing[0]
	held, err := acquire(root, lockBeside(first))
	if errors.Is(err, ErrBusy) {
		return &Error{Path: p.dir, Reason: ErrBusy}
	}
	if err != nil {
		return err
	}
	defer held.release()
	if err := clearBeside(root, first); err != nil {
		return err
	}
	if _, err := root.Lstat(first); err == nil {
		return errAppeared
	}

	staging := stagingBeside(first)
	defer func() {
		if err != nil {
			err = joinCleanup(err, root.RemoveAll(staging))
		}
	}()
	mode, err := makePrivate(root, staging, o)
	if err != nil {
		return err
	}
	inner := path.Join(p.missing[1:]...)
	if err := stage(ctx, root, path.Join(staging, inner), t, o); err != nil {
		return err
	}
	if o.Prepare != nil {
		if err := o.Prepare(filepath.Join(p.anchor, staging, filepath.FromSlash(inner))); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := root.Chmod(staging, mode); err != nil {
		return err
	}
	if err := p.appear(root, staging, o); err != nil {
		return err
	}
	_ = o.before("unlock") // the service stands; nothing can fail any more
	return nil
}

// makePrivate makes a folder that nobody else can look into, and returns the mode that it
// shall have in the end.
func makePrivate(root *os.Root, name string, o Options) (fs.FileMode, error) {
	if err := o.before("mkdir"); err != nil {
		return 0, err
	}
	// Made with the usual mode, to learn what the umask leaves of it, and whether the parent
	// hands its group down: then folders in it shall do so too.
	if err := root.Mkdir(name, 0o755); err != nil {
		return 0, err
	}
	info, err := root.Lstat(name)
	if err != nil {
		return 0, err
	}
	inherited := info.Mode() & fs.ModeSetgid
	return info.Mode().Perm() | inherited, root.Chmod(name, 0o700|inherited)
}

// appear renames the staged folder to its place. Somebody else's folder is not replaced.
func (p place) appear(root *os.Root, staging string, o Options) error {
	first := p.missing[0]
	if err := o.before("rename"); err != nil {
		return err
	}
	taken := &Error{Path: filepath.Join(p.anchor, first), Reason: ErrExists}
	if _, err := root.Lstat(first); err == nil {
		return taken
	}
	if err := o.before("renaming"); err != nil {
		return err
	}
	err := root.Rename(staging, first) // fails for what has appeared since, but an empty folder
	if err != nil {
		if _, there := root.Lstat(first); there == nil {
			return taken
		}
	}
	return err
}

// stage writes the files to the folder at, which it makes, inside root.
func stage(ctx context.Context, root *os.Root, at string, t tree.Tree, o Options) error {
	if err := root.MkdirAll(at, 0o755); err != nil {
		return err
	}
	to, err := root.OpenRoot(at)
	if err != nil {
		return err
	}
	defer to.Close() // before a rename: Windows renames no folder that is open
	for _, f := range t {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := o.before("write"); err != nil {
			return err
		}
		if err := to.MkdirAll(path.Dir(f.Path), 0o755); err != nil {
			return err
		}
		if err := writeNew(to, f.Path, f.Content, f.Mode); err != nil {
			return err
		}
	}
	return nil
}

// writeNew writes a file that must not exist yet; the umask applies to its mode.
func writeNew(root *os.Root, name string, content []byte, mode fs.FileMode) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// joinCleanup adds what went wrong while cleaning up after err.
func joinCleanup(err, cleanup error) error {
	if cleanup == nil {
		return err
	}
	return errors.Join(err, fmt.Errorf("cleaning up: %w", cleanup))
}

// random returns 16 hex digits.
func random() string {
	b := make([]byte, 8)
	rand.Read(b) // never fails: crypto/rand ends the program first
	return hex.EncodeToString(b)
}
