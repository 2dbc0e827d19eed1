// Package lock reads and writes mintwright.lock: what gen wrote into a service, so
// that a later gen can tell a user's edit from its own work.
//
// The file is JSON with one line a file and sorted by path, so that git merges two
// branches that touched different files. It names a release, never a commit or a time:
// the same answers give the same lock.
package lock

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/internal/tree"
)

const (
	// Path is where the lock lies in a service.
	Path = "mintwright.lock"
	// Format is the version of the file format that this package writes.
	Format = 1
	// maxBytes is far above the lock of any service (100 bytes a file).
	maxBytes = 8 << 20
)

// ErrNewer is returned by Parse for a lock of a format that this gen does not know.
var ErrNewer = errors.New("written by a newer gen")

// Lock is the content of mintwright.lock.
type Lock struct {
	Format    int
	Gen       string // the release of gen, or "devel"
	Blueprint string // content hash of the blueprints: "sha256:" and 64 hex digits
	Files     []Entry
}

// Entry is one file as gen wrote it.
type Entry struct {
	Path   string
	Owner  tree.Owner
	Mode   fs.FileMode
	SHA256 string // 64 hex digits
}

// Of returns the lock of a tree. The lock itself is not an entry.
func Of(t tree.Tree, gen, blueprint string) Lock {
	l := Lock{Format: Format, Gen: gen, Blueprint: blueprint}
	for _, f := range t {
		if f.Path == Path {
			continue
		}
		sum := sha256.Sum256(f.Content)
		l.Files = append(l.Files, Entry{f.Path, f.Owner, f.Mode, hex.EncodeToString(sum[:])})
	}
	return l
}

// Lookup returns the entry of the path.
func (l Lock) Lookup(path string) (Entry, bool) {
	i, found := slices.BinarySearchFunc(l.Files, path, func(e Entry, p string) int { return strings.Compare(e.Path, p) })
	if !found {
		return Entry{}, false
	}
	return l.Files[i], true
}

// document and entry are the JSON of a lock; the order of fields is that of the file.
type document struct {
	Format    int     `json:"format"`
	Gen       string  `json:"gen"`
	Blueprint string  `json:"blueprint"`
	Files     []entry `json:"files"`
}

type entry struct {
	Path   string `json:"path"`
	Owner  string `json:"owner"`
	Mode   string `json:"mode"`
	SHA256 string `json:"sha256"`
}

// Encode returns the bytes of mintwright.lock; equal locks give equal bytes.
func (l Lock) Encode() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n  \"format\": %d,\n  \"gen\": %s,\n  \"blueprint\": %s,\n  \"files\": [", l.Format, quote(l.Gen), quote(l.Blueprint))
	for i, e := range l.Files {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "\n    {\"path\": %s, \"owner\": %s, \"mode\": \"%04o\", \"sha256\": %s}",
			quote(e.Path), quote(string(e.Owner)), uint32(e.Mode), quote(e.SHA256))
	}
	b.WriteString("\n  ]\n}\n")
	return b.Bytes()
}

func quote(s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("marshalling the string %q: %v", s, err)) // json.Marshal takes every string
	}
	return quoted
}

// Parse reads a lock. Line ends may be CRLF and lines may come in any order, as a
// merge leaves them; everything else is read strictly, and every faulty entry is
// reported at once.
//
// It fails with ErrNewer for a format that is above Format.
func Parse(data []byte) (Lock, error) {
	if len(data) > maxBytes {
		return Lock{}, fmt.Errorf("reading %s: %d bytes are too many", Path, len(data))
	}
	if bytes.HasPrefix(data, []byte("<<<<<<< ")) || bytes.Contains(data, []byte("\n<<<<<<< ")) {
		return Lock{}, fmt.Errorf("reading %s: it holds the conflict markers of a merge", Path)
	}
	// The format comes first: a newer one may have fields that we do not know.
	var head struct{ Format int }
	if err := json.Unmarshal(data, &head); err != nil {
		return Lock{}, fmt.Errorf("reading %s: %w", Path, err)
	}
	if head.Format > Format {
		return Lock{}, fmt.Errorf("reading %s: format %d: %w", Path, head.Format, ErrNewer)
	}
	if head.Format < 1 {
		return Lock{}, fmt.Errorf("reading %s: format %d is not known", Path, head.Format)
	}
	var doc document
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		return Lock{}, fmt.Errorf("reading %s: %w", Path, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Lock{}, fmt.Errorf("reading %s: data after the end", Path)
	}
	l, err := doc.lock()
	if err != nil {
		return Lock{}, fmt.Errorf("reading %s: %w", Path, err)
	}
	return l, nil
}

func (d document) lock() (Lock, error) {
	l := Lock{Format: d.Format, Gen: d.Gen, Blueprint: d.Blueprint}
	var faults []error
	if d.Gen == "" {
		faults = append(faults, errors.New("gen is missing"))
	}
	if hash, ok := strings.CutPrefix(d.Blueprint, "sha256:"); !ok || !isSHA256(hash) {
		faults = append(faults, fmt.Errorf("blueprint %q is not a sha256", d.Blueprint))
	}
	for _, raw := range d.Files {
		e, err := raw.entry()
		if err != nil {
			faults = append(faults, err)
			continue
		}
		l.Files = append(l.Files, e)
	}
	slices.SortFunc(l.Files, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	for i := 1; i < len(l.Files); i++ {
		if l.Files[i].Path == l.Files[i-1].Path {
			faults = append(faults, fmt.Errorf("file %q is listed twice", l.Files[i].Path))
		}
	}
	return l, errors.Join(faults...)
}

func (raw entry) entry() (Entry, error) {
	mode, err := strconv.ParseUint(raw.Mode, 8, 32)
	if err != nil || len(raw.Mode) != 4 {
		return Entry{}, fmt.Errorf("file %q: mode %q is neither 0644 nor 0755", raw.Path, raw.Mode)
	}
	e := Entry{raw.Path, tree.Owner(raw.Owner), fs.FileMode(mode), raw.SHA256}
	if err := tree.CheckFile(tree.File{Path: e.Path, Mode: e.Mode, Owner: e.Owner}); err != nil {
		return Entry{}, err
	}
	if !isSHA256(e.SHA256) {
		return Entry{}, fmt.Errorf("file %q: %q is not a sha256", e.Path, e.SHA256)
	}
	return e, nil
}

// isSHA256 reports whether s is a hash in lower-case hex.
func isSHA256(s string) bool {
	if len(s) != 2*sha256.Size {
		return false
	}
	return strings.Trim(s, "0123456789abcdef") == ""
}
