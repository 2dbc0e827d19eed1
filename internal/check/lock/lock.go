// Package lock is the area "lock" of gen check: what differs from what gen wrote, by
// mintwright.lock.
//
// A file that gen keeps up to date and a person has changed is a note: an update merges both. One
// that gen alone writes is a finding when it is changed or gone, unless it is made of others in the
// service: of such the area "generated" tells. go.mod and go.sum change with every dependency.
package lock

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/lock"
	"github.com/mintwright/mintwright/internal/tree"
)

var (
	missing = check.Rule{
		ID: "lock.missing", Severity: check.Finding,
		Summary: "there is no mintwright.lock",
		Why:     "The lock says what gen wrote. Without it an update cannot tell your edits from gen's own work.",
		Remedy:  "bring it back from the history: git log --diff-filter=D -- mintwright.lock tells where it went",
	}
	unreadable = check.Rule{
		ID: "lock.unreadable", Severity: check.Finding,
		Summary: "mintwright.lock cannot be read",
		Why:     "The lock says what gen wrote. When it is damaged, an update cannot tell your edits from gen's own work.",
		Remedy:  "take one of the two sides of the merge whole, or bring it back from the history",
	}
	edited = check.Rule{
		ID: "lock.edited", Severity: check.Note,
		Summary: "a file that gen keeps up to date was changed by hand",
		Why:     "That is allowed. An update merges the change with its own, and asks where both touch the same lines.",
		Remedy:  "nothing, if it was meant; what a setting can do is easier to keep than an edit",
	}
	removed = check.Rule{
		ID: "lock.removed", Severity: check.Note,
		Summary: "a file that gen keeps up to date was removed",
		Why:     "That is allowed. An update will ask before it brings the file back.",
		Remedy:  "nothing, if it was meant; else bring it back from the history",
	}
	damaged = check.Rule{
		ID: "lock.damaged", Severity: check.Finding,
		Summary: "a file that only gen writes was changed or removed",
		Why:     "Such a file is data for gen and for editors: a later gen compares and merges by it.",
		Remedy:  "bring it back from the history as gen wrote it",
	}
)

// Area returns the area.
func Area() check.Area {
	return check.Area{
		Name: "lock", Summary: "what differs from what gen wrote, by mintwright.lock",
		Rules: []check.Rule{missing, unreadable, edited, removed, damaged}, Alone: true,
		Check: judge,
	}
}

func judge(ctx context.Context, s *check.Service) ([]check.Result, []check.Unchecked, error) {
	content, err := s.Read(lock.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []check.Result{missing.At(lock.Path, 0, "%s is missing", lock.Path)}, nil, nil
	case err != nil:
		return []check.Result{unreadable.At(lock.Path, 0, "%s", check.Reason(err))}, nil, nil
	}
	l, err := lock.Parse(content)
	switch {
	case errors.Is(err, lock.ErrNewer):
		r := unreadable.At(lock.Path, 0, "it was written by a newer gen").Do("install the newer gen: the service has been updated with it")
		return []check.Result{r}, nil, nil
	case err != nil:
		text, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "reading "+lock.Path+": "), "\n")
		return []check.Result{unreadable.At(lock.Path, 0, "%s", text)}, nil, nil
	}
	var results []check.Result
	var unchecked []check.Unchecked
	for _, e := range l.Files {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if e.Owner == tree.Yours || isDerived(e.Path) {
			continue
		}
		content, err := s.Read(e.Path)
		switch isGenerated := e.Owner == tree.Generated; {
		case errors.Is(err, fs.ErrNotExist) && isGenerated:
			results = append(results, damaged.At(e.Path, 0, "it is gone"))
		case errors.Is(err, fs.ErrNotExist):
			results = append(results, removed.At(e.Path, 0, "removed since gen wrote it"))
		case err != nil:
			unchecked = append(unchecked, check.Unchecked{Area: "lock", What: e.Path, Why: check.Reason(err)})
		case isAsWritten(content, e.SHA256):
		case isGenerated:
			results = append(results, damaged.At(e.Path, 0, "it is not as gen wrote it"))
		default:
			results = append(results, edited.At(e.Path, 0, "changed since gen wrote it"))
		}
	}
	return results, unchecked, nil
}

// isDerived reports whether a file follows from others in the service, and changes with them.
func isDerived(name string) bool {
	return strings.HasSuffix(name, ".pb.go") || slices.Contains([]string{"go.mod", "go.sum", "deploy/chart/README.md"}, name)
}

// isAsWritten reports whether content has the hash, as it is or as git stored it before it gave
// it line ends of another system.
func isAsWritten(content []byte, hash string) bool {
	if sum(content) == hash {
		return true
	}
	return bytes.Contains(content, []byte("\r\n")) && sum(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))) == hash
}

func sum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
