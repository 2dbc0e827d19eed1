package main

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/generators/render"
	"github.com/mintwright/mintwright/internal/disk"
	"github.com/mintwright/mintwright/internal/tree"
	"github.com/mintwright/mintwright/internal/workspace"
)

// renderer makes the files of a service from answers.
type renderer func(a answers.Answers) (tree.Tree, error)

// service is the renderer of gen.
func service(a answers.Answers) (tree.Tree, error) {
	p, err := plan.Make(a)
	if err != nil {
		return nil, err
	}
	return render.Tree(p, release())
}

// write writes the files, makes a repository of their folder, and tells an enclosing
// workspace of it.
func (n *newCommand) write(ctx context.Context, a answers.Answers, files tree.Tree) (disk.Result, error) {
	target := n.target(a.Name)
	result, err := disk.Create(ctx, target, files, disk.Options{Force: n.force, Prepare: n.prepare(ctx, target)})
	if err != nil {
		return result, n.refused(err)
	}
	if err := n.joinWorkspace(target, files); err != nil {
		return result, &problem{
			code:  exitFailed,
			err:   fmt.Errorf("the service was written, but adding it to go.work: %w", err),
			hints: []string{"run go work use " + quote(target)},
		}
	}
	return result, nil
}

// refused turns a refusal of the disk into words for a person: the folder as they know it,
// and a way on.
func (n *newCommand) refused(err error) error {
	if errors.Is(err, context.Canceled) && len(each(err)) == 1 {
		return errInterrupted
	}
	var e *disk.Error
	if !errors.As(err, &e) {
		return err
	}
	shown := *e
	shown.Path = strings.TrimSuffix(n.shown(e.Path), "/")
	if shown.Path == "." {
		shown.Path = "this folder"
	}
	for _, known := range []struct {
		reason error
		hint   string
	}{
		{disk.ErrNotEmpty, "choose another folder with --dir, or add only what is missing with --force"},
		{disk.ErrExists, "see what made it, or choose another folder with --dir"},
		{disk.ErrNotDirectory, "choose another folder with --dir, or move the file away"},
		{disk.ErrSymlink, "give the folder that it points to with --dir"},
		{disk.ErrReadOnly, "choose a folder that you may write to with --dir"},
		{disk.ErrFull, "make room, or choose a folder on another disk with --dir"},
		{disk.ErrBusy, "wait until the other gen is done, or choose another folder with --dir"},
	} {
		if errors.Is(e.Reason, known.reason) {
			return &problem{code: exitFailed, err: &shown, hints: []string{known.hint}}
		}
	}
	return &problem{code: exitFailed, err: &shown}
}

// prepare makes a git repository of the staged folder, unless it will lie in one. It returns
// nil where there is nothing to do.
func (n *newCommand) prepare(ctx context.Context, target string) func(root string) error {
	if n.noGit || workTree(target) != "" {
		return nil
	}
	return func(root string) error {
		const patience = 10 * time.Second
		limited, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		cmd := exec.CommandContext(limited, "git", "init", "--quiet")
		cmd.Dir = root
		cmd.Env = withoutRepository(n.env.Environ)
		cmd.WaitDelay = time.Second
		out, err := cmd.CombinedOutput()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, exec.ErrNotFound):
			n.remark("git is not installed, so there is no repository yet")
		case err != nil:
			n.remark(fmt.Sprintf("git init failed, so there is no repository yet: %s", firstLine(out, err)))
			return os.RemoveAll(filepath.Join(root, ".git"))
		}
		return nil
	}
}

// withoutRepository drops what points git to another repository, as inside of its hooks.
func withoutRepository(environ []string) []string {
	var list []string
	for _, kv := range environ {
		switch key, _, _ := strings.Cut(kv, "="); key {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY":
		default:
			list = append(list, kv)
		}
	}
	return list
}

func firstLine(out []byte, err error) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if line == "" {
		return err.Error()
	}
	return line
}

// remark tells of something that was left out.
func (n *newCommand) remark(text string) {
	if !n.isQuiet {
		note(n.env.Stderr, text)
	}
}

// joinWorkspace adds the service to the go.work that its folder lies under: without that the
// go command would not build it there.
func (n *newCommand) joinWorkspace(target string, files tree.Tree) error {
	file := n.workspace(target)
	if file == "" {
		return nil
	}
	rel, err := filepath.Rel(filepath.Dir(file), target)
	if err != nil {
		return err
	}
	use := filepath.ToSlash(rel)
	if filepath.IsLocal(rel) && use != "." {
		use = "./" + use
	}
	joined := false
	err = disk.ReplaceFile(file, func(old []byte) ([]byte, error) {
		content, err := withUse(old, file, use, goLine(files))
		joined = string(content) != string(old)
		return content, err
	})
	if err == nil && joined {
		n.remark(fmt.Sprintf("added %s to %s", use, n.shown(file)))
	}
	return err
}

// workspace is the go.work that counts for target, "" for none.
func (n *newCommand) workspace(target string) string {
	switch set := n.env.get("GOWORK"); set {
	case "off":
		return ""
	case "":
		file, _ := workspace.Read(filepath.Dir(target), "go.work")
		return file
	default:
		return n.env.path(set)
	}
}

// withUse returns the go.work with the folder in it, for at least the go version goLine.
func withUse(old []byte, file, use, goLine string) ([]byte, error) {
	work, err := modfile.ParseWork(file, old, nil)
	if err != nil {
		return nil, err
	}
	for _, u := range work.Use {
		if filepath.ToSlash(filepath.Clean(u.Path)) == strings.TrimPrefix(use, "./") {
			return old, nil
		}
	}
	if goLine != "" && (work.Go == nil || version.Compare("go"+work.Go.Version, "go"+goLine) < 0) {
		if err := work.AddGoStmt(goLine); err != nil {
			return nil, err
		}
	}
	if err := work.AddUse(use, ""); err != nil {
		return nil, err
	}
	work.SortBlocks()
	work.Cleanup()
	return modfile.Format(work.Syntax), nil
}

// goLine is the go version of the service.
func goLine(files tree.Tree) string {
	f, found := files.Lookup("go.mod")
	if !found {
		return ""
	}
	mod, err := modfile.ParseLax(f.Path, f.Content, nil)
	if err != nil || mod.Go == nil {
		return ""
	}
	return mod.Go.Version
}
