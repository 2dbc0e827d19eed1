package proto

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// revision is the .proto files of a module as git has them, by their paths from the module. They
// are read from git's objects: nothing is checked out, and what is not committed does not count.
type revision struct {
	name  string // as it was given
	files map[string][]byte
}

// gitPatience is how long one git may take.
const gitPatience = time.Minute

// git runs git in a folder. What it is fed are names and numbers, never a shell's words.
func (s Site) git(ctx context.Context, dir string, in []byte, args ...string) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, gitPatience)
	defer cancel()
	cmd := exec.CommandContext(limited, "git", args...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, append(s.Environ[:len(s.Environ):len(s.Environ)], "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C"), bytes.NewReader(in)
	cmd.WaitDelay = time.Second
	out, said := &bounded{most: maxAnswer, stop: cancel}, &bounded{most: maxSaid}
	cmd.Stdout, cmd.Stderr = out, said
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case out.isOver:
		return nil, fmt.Errorf("git %s prints more than %d MB", args[0], maxAnswer>>20)
	case errors.Is(err, exec.ErrNotFound):
		return nil, &Fault{Problem: "--breaking: git is not on the PATH", Remedy: "install git"}
	case err != nil:
		line, _, _ := strings.Cut(strings.TrimSpace(said.kept.String()), "\n")
		return nil, fmt.Errorf("git %s: %w: %s", args[0], err, line)
	}
	return out.kept.Bytes(), nil
}

// at reads the .proto files of a folder's module at a revision.
func (f folder) at(ctx context.Context, name string) (revision, error) {
	r := revision{name: name, files: map[string][]byte{}}
	prefix, err := f.site.git(ctx, f.module, nil, "rev-parse", "--show-prefix")
	if err != nil {
		return r, gitFault(err, f.site.shown(f.module)+" lies in no git repository", "compare where one is")
	}
	commit, err := f.site.git(ctx, f.module, nil, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if err != nil {
		return r, gitFault(err, fmt.Sprintf("--breaking: git knows no revision %q", name), "give a branch, a tag or a commit; a shallow clone has to fetch it first")
	}
	below := strings.TrimSuffix(strings.TrimSuffix(string(prefix), "\n"), "/")
	list := []string{"ls-tree", "-r", "-z", "--full-tree", strings.TrimSpace(string(commit))}
	if below != "" {
		list = append(list, "--", below)
	}
	entries, err := f.site.git(ctx, f.module, nil, list...)
	if err != nil {
		return r, err
	}
	return r, r.read(ctx, f, below, entries)
}

// gitFault is a fault when git ran and refused, and the error itself when it did not run.
func gitFault(err error, problem, remedy string) error {
	if _, ran := errors.AsType[*exec.ExitError](err); ran {
		return &Fault{Problem: problem, Remedy: remedy}
	}
	return err
}

// read reads the objects of a listing.
func (r revision) read(ctx context.Context, f folder, below string, entries []byte) error {
	var names []string
	var wanted bytes.Buffer
	for entry := range strings.SplitSeq(string(entries), "\x00") {
		about, name, ok := strings.Cut(entry, "\t")
		words := strings.Fields(about) // mode, type, object
		if !ok || len(words) != 3 || path.Ext(name) != ".proto" || !strings.HasPrefix(words[0], "100") {
			continue
		}
		names = append(names, strings.TrimPrefix(strings.TrimPrefix(name, below), "/"))
		fmt.Fprintln(&wanted, words[2])
	}
	if len(names) == 0 {
		return nil
	}
	objects, err := f.site.git(ctx, f.module, wanted.Bytes(), "cat-file", "--batch")
	if err != nil {
		return err
	}
	for _, name := range names {
		var content []byte
		if content, objects, err = nextObject(objects); err != nil {
			return fmt.Errorf("reading %s at %s: %w", name, r.name, err)
		}
		r.files[name] = content
	}
	return nil
}

// nextObject takes an object from the output of git cat-file --batch: a line with its name, type
// and size, the content, and a line feed.
func nextObject(out []byte) (content, rest []byte, err error) {
	line, rest, ok := bytes.Cut(out, []byte("\n"))
	words := strings.Fields(string(line))
	if !ok || len(words) != 3 || words[1] != "blob" {
		return nil, nil, fmt.Errorf("git has no such object: %q", line)
	}
	size, err := strconv.Atoi(words[2])
	if err != nil || size < 0 || size >= len(rest) {
		return nil, nil, fmt.Errorf("git's answer is cut off after %q", line)
	}
	return rest[:size], rest[size+1:], nil
}

// finder finds files of the revision, from where imports start, and then elsewhere in its module.
func (r revision) finder(root string) finder {
	return func(name string) (source, error) {
		for _, in := range []string{root, ".", "proto"} {
			if text, ok := r.files[path.Join(in, name)]; ok {
				if len(text) > maxSize {
					return source{}, fmt.Errorf("it has %d bytes, more than %d", len(text), maxSize)
				}
				return source{text: text}, nil
			}
		}
		return source{}, errNoFile
	}
}

// scope says which files of a module arguments mean, those that are gone too.
func (f folder) scope(args []string) func(name string) bool {
	if len(args) == 0 {
		args = []string{"."}
	}
	var tests []func(name string) bool
	for _, arg := range args {
		top, isTree := strings.CutSuffix(filepath.ToSlash(arg), "...")
		if top == "" {
			top = "."
		}
		rel, err := filepath.Rel(f.module, f.site.absolute(top))
		if err != nil {
			continue
		}
		rel = filepath.ToSlash(rel)
		switch {
		case isTree && (rel == ".." || strings.HasPrefix(rel, "../")): // a folder above the module
			tests = append(tests, func(string) bool { return true })
		case isTree:
			tests = append(tests, func(name string) bool { return isWithin(rel, name) })
		default:
			tests = append(tests, func(name string) bool { return name == rel || path.Dir(name) == rel })
		}
	}
	return func(name string) bool {
		for _, test := range tests {
			if test(name) {
				return true
			}
		}
		return false
	}
}
