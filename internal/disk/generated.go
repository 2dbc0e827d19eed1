package disk

import (
	"bytes"
	"context"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/mintwright/mintwright/internal/tree"
)

// PreviewGenerated returns what Regenerate would do, and its refusals, without writing.
// Result.Written lists what is missing or has other content.
func PreviewGenerated(dir string, files []tree.File) (Result, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Result{}, classify(dir, err)
	}
	defer root.Close()
	return compareGenerated(root, dir, files)
}

// Regenerate writes generated files below dir, whose folders exist: those that are missing or
// have other content; a file that is there keeps its mode. Each is replaced in one step and
// none before all could be written beside their places. Runs in one folder wait for each other.
//
// It fails with an *Error, before it writes anything, for a symbolic link and, with
// ErrHandwritten, for a file that does not say that it is generated, though the new one does:
// somebody wrote it. A new file that does not say so replaces whatever is there: who makes such
// files has been asked for them by name.
func Regenerate(ctx context.Context, dir string, files []tree.File) (Result, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Result{}, classify(dir, err)
	}
	defer root.Close()
	result, err := compareGenerated(root, dir, files)
	if err != nil || len(result.Written) == 0 {
		return result, err
	}
	files = slices.DeleteFunc(slices.Clone(files), func(f tree.File) bool { return slices.Contains(result.Same, f.Path) })
	return result, classify(dir, regenerate(ctx, root, dir, files))
}

func compareGenerated(root *os.Root, dir string, files []tree.File) (Result, error) {
	var r Result
	for _, f := range files {
		if err := tree.CheckFile(f); err != nil {
			return Result{}, err
		}
		shown := filepath.Join(dir, filepath.FromSlash(f.Path))
		info, err := root.Lstat(f.Path)
		switch {
		case isMissing(err):
			r.Written = append(r.Written, f.Path)
			continue
		case err != nil:
			return Result{}, classify(shown, linked(root, dir, f.Path, err))
		case info.Mode()&fs.ModeSymlink != 0:
			return Result{}, &Error{Path: shown, Reason: ErrSymlink}
		case !info.Mode().IsRegular():
			return Result{}, &Error{Path: shown, Reason: ErrHandwritten}
		}
		content, err := root.ReadFile(f.Path)
		switch {
		case err != nil:
			return Result{}, classify(shown, err)
		case bytes.Equal(content, f.Content):
			r.Same = append(r.Same, f.Path)
		case len(content) > 0 && tree.IsGenerated(f.Content) && !tree.IsGenerated(content):
			return Result{}, &Error{Path: shown, Reason: ErrHandwritten}
		default:
			r.Written = append(r.Written, f.Path)
		}
	}
	return r, nil
}

// linked says which folder on the way to a file is a symbolic link, by which the way cannot be
// gone; otherwise it returns err.
func linked(root *os.Root, dir, name string, err error) error {
	for i, c := range name {
		if c != '/' {
			continue
		}
		if info, err := root.Lstat(name[:i]); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return &Error{Path: filepath.Join(dir, filepath.FromSlash(name[:i])), Reason: ErrSymlink}
		}
	}
	return err
}

// staged is a file that waits beside its place.
type staged struct{ name, place string }

func regenerate(ctx context.Context, root *os.Root, dir string, files []tree.File) (err error) {
	folders := map[string]bool{}
	for _, f := range files {
		folders[path.Dir(f.Path)] = true
	}
	release, err := holdAll(root, dir, slices.Sorted(maps.Keys(folders)))
	defer release()
	if err != nil {
		return err
	}
	var waiting []staged
	defer func() {
		for _, s := range waiting {
			err = joinCleanup(err, root.RemoveAll(s.name)) // it is gone once it took its place
		}
	}()
	for _, f := range files {
		s := staged{name: path.Join(path.Dir(f.Path), stagingBeside("generated")), place: f.Path}
		waiting = append(waiting, s)
		if err := stageGenerated(root, s, f); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, s := range waiting {
		if err := root.Rename(s.name, s.place); err != nil {
			return err
		}
	}
	return nil
}

func stageGenerated(root *os.Root, s staged, f tree.File) error {
	if err := writeNew(root, s.name, f.Content, f.Mode); err != nil {
		return err
	}
	info, err := root.Lstat(s.place)
	if isMissing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return root.Chmod(s.name, info.Mode().Perm())
}
