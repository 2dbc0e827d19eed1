package disk

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
)

// journal lists what a run brings into a folder. While it lies in the staging folder
// the run has not come to its end.
type journal struct {
	Files map[string]string `json:"files"` // path -> sha256
	Dirs  []string          `json:"dirs"`  // those that were missing, parents first
}

// writeJournal records what is staged, before the first of it is moved.
func writeJournal(root *os.Root) error {
	j := journal{Files: map[string]string{}}
	err := fs.WalkDir(root.FS(), stagedFiles, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == stagedFiles {
			return err
		}
		to := strings.TrimPrefix(p, stagedFiles+"/")
		switch {
		case d.IsDir():
			if _, err := root.Lstat(to); err != nil {
				j.Dirs = append(j.Dirs, to)
			}
		case d.Type().IsRegular():
			sum, err := hash(root, p)
			if err != nil {
				return err
			}
			j.Files[to] = sum
		default:
			return fmt.Errorf("%q is neither a file nor a folder", to)
		}
		return nil
	})
	if err != nil {
		return err
	}
	content, err := json.Marshal(j)
	if err != nil {
		return err
	}
	// Under its name it is whole.
	if err := writeNew(root, journalInside+".new", content, 0o600); err != nil {
		return err
	}
	return root.Rename(journalInside+".new", journalInside)
}

func readJournal(root *os.Root) (j journal, found bool, err error) {
	content, err := root.ReadFile(journalInside)
	if isMissing(err) {
		return journal{}, false, nil
	}
	if err != nil {
		return journal{}, false, err
	}
	dec := json.NewDecoder(bytes.NewReader(content))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&j); err != nil {
		return journal{}, false, fmt.Errorf("reading %q: %w", journalInside, err)
	}
	return j, true, nil
}

// leftovers returns the files and folders that an interrupted run brought and nobody has
// changed since: a file with other content belongs to the user now, and so does all of a
// .git in which anything is new.
func leftovers(root *os.Root) (map[string]bool, error) {
	j, found, err := readJournal(root)
	if err != nil || !found {
		return nil, err
	}
	left := map[string]bool{}
	for name, sum := range j.Files {
		if !fs.ValidPath(name) {
			return nil, fmt.Errorf("reading %q: path %q", journalInside, name)
		}
		info, err := root.Lstat(name)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		got, err := hash(root, name)
		if err != nil {
			return nil, err
		}
		if got == sum {
			left[name] = true
		}
	}
	for _, dir := range slices.Backward(j.Dirs) { // children first
		if !fs.ValidPath(dir) {
			return nil, fmt.Errorf("reading %q: path %q", journalInside, dir)
		}
		entries, err := fs.ReadDir(root.FS(), dir)
		if err != nil {
			continue
		}
		if !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return !left[dir+"/"+e.Name()] }) {
			left[dir] = true
		}
	}
	if !left[".git"] {
		// Somebody has worked with the repository since: without one of its files it is none.
		maps.DeleteFunc(left, func(name string, _ bool) bool { return strings.HasPrefix(name, ".git/") })
	}
	return left, nil
}

// recoverMove undoes a run that did not come to its end, and removes its staging folder.
// The lock must be held.
func recoverMove(root *os.Root) error {
	left, err := leftovers(root)
	if err != nil {
		return err
	}
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(left))) { // what is in a folder sorts after it
		if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return root.RemoveAll(stagingInside)
}

func hash(root *os.Root, name string) (string, error) {
	content, err := root.ReadFile(name)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), nil
}
