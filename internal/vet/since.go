package vet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/internal/report"
)

// Changes says which lines of which files are new or changed. Files are absolute.
type Changes map[string][]span

// span is a run of lines, from first up to but not including end.
type span struct{ first, end int }

// Touch reports whether one of the lines of a part is new or changed.
func (c Changes) Touch(p report.Position) bool {
	for _, s := range c[p.File] {
		if p.Line < s.end && max(p.EndLine, p.Line) >= s.first {
			return true
		}
	}
	return false
}

const everyLine = 1 << 30

// Since asks git what has changed in the working tree of dir since a revision, files that git
// does not know yet among it.
func Since(ctx context.Context, git, dir, revision string, environ []string) (Changes, error) {
	if strings.HasPrefix(revision, "-") {
		return nil, fmt.Errorf("%q is no revision", revision)
	}
	ask := func(args ...string) ([]byte, error) {
		// Neither the user's settings nor an external program change what is printed.
		cmd := exec.CommandContext(ctx, git, append([]string{"-c", "core.quotePath=false", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false"}, args...)...)
		cmd.Dir, cmd.Env = dir, environ
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			first, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
			return nil, errors.Join(ctx.Err(), fmt.Errorf("git %s: %s", args[0], first))
		}
		return out, nil
	}
	// Not --show-toplevel: dir may lead through a symbolic link, and findings with it.
	prefix, err := ask("rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	root := strings.TrimSuffix(dir+string(filepath.Separator), filepath.FromSlash(strings.TrimRight(string(prefix), "\r\n")))
	if _, err := ask("rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}"); err != nil {
		return nil, fmt.Errorf("git knows no revision %q", revision)
	}
	diff, err := ask("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--unified=0", "--find-renames", "--src-prefix=a/", "--dst-prefix=b/", revision, "--", ":/*.go")
	if err != nil {
		return nil, err
	}
	changes, err := parseDiff(root, diff)
	if err != nil {
		return nil, err
	}
	others, err := ask("ls-files", "-z", "--others", "--exclude-standard", "--full-name", "--", ":/*.go")
	if err != nil {
		return nil, err
	}
	for name := range strings.SplitSeq(string(others), "\x00") {
		if name != "" {
			changes[filepath.Join(root, filepath.FromSlash(name))] = []span{{1, everyLine}}
		}
	}
	return changes, nil
}

// parseDiff reads a unified diff without context, as git prints it.
func parseDiff(root string, diff []byte) (Changes, error) {
	changes := Changes{}
	file := ""
	left := 0 // lines of the hunk that are still to come
	for line := range bytes.Lines(diff) {
		text := strings.TrimRight(string(line), "\r\n")
		switch {
		case left > 0 && (strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-")):
			left--
		case strings.HasPrefix(text, "diff --git "):
			file = ""
		case strings.HasPrefix(text, "+++ "):
			name := strings.TrimSuffix(strings.TrimPrefix(text, "+++ "), "\t")
			if quoted, err := strconv.Unquote(name); err == nil {
				name = quoted
			}
			if rest, ok := strings.CutPrefix(name, "b/"); ok {
				file = filepath.Join(root, filepath.FromSlash(rest))
			}
		case strings.HasPrefix(text, "@@ "):
			fields := strings.Fields(text)
			if len(fields) < 3 {
				return nil, fmt.Errorf("git diff: a hunk begins with %q", text)
			}
			_, removed, err := hunk(fields[1], "-")
			first, added, err2 := hunk(fields[2], "+")
			if err := errors.Join(err, err2); err != nil {
				return nil, fmt.Errorf("git diff: a hunk begins with %q: %w", text, err)
			}
			left = removed + added
			if added == 0 {
				added = 1 // what follows on a deletion has changed its surroundings
			}
			if file != "" {
				changes[file] = append(changes[file], span{max(first, 1), max(first, 1) + added})
			}
		}
	}
	return changes, nil
}

// hunk reads "+first,count" or "+first".
func hunk(text, sign string) (first, count int, err error) {
	rest, ok := strings.CutPrefix(text, sign)
	if !ok {
		return 0, 0, fmt.Errorf("%q does not begin with %q", text, sign)
	}
	at, n, counted := strings.Cut(rest, ",")
	if first, err = strconv.Atoi(at); err != nil {
		return 0, 0, err
	}
	count = 1
	if counted {
		count, err = strconv.Atoi(n)
	}
	return first, count, err
}
