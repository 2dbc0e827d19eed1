package tree

import (
	"fmt"
	"io/fs"
	"strings"
)

// CheckFile refuses a file that cannot stand in a Tree for what it is by itself.
func CheckFile(f File) error {
	if err := CheckPath(f.Path); err != nil {
		return err
	}
	if !isMode(f.Mode) {
		return fmt.Errorf("file %q: mode %#o is neither 0644 nor 0755", f.Path, uint32(f.Mode))
	}
	if !f.Owner.Valid() {
		return fmt.Errorf("file %q: owner %q is none of managed, yours, generated", f.Path, f.Owner)
	}
	return nil
}

// isMode reports whether m is one of the two modes of an emitted file.
func isMode(m fs.FileMode) bool {
	return m == 0o644 || m == 0o755
}

// CheckPath refuses a path that does not name a file inside a tree on every system:
// absolute, unclean or with "..", a component called .git, characters and names that
// Windows refuses, and anything but printable ASCII, because file systems disagree
// about when two other letters are the same.
func CheckPath(p string) error {
	if !fs.ValidPath(p) || p == "." {
		return fmt.Errorf("path %q is not a clean path inside the tree", p)
	}
	for _, c := range p {
		if c < ' ' || c > '~' || strings.ContainsRune(`<>:"|?*\`, c) {
			return fmt.Errorf("path %q: character %q is not portable", p, c)
		}
	}
	for name := range strings.SplitSeq(p, "/") {
		if err := checkName(name); err != nil {
			return fmt.Errorf("path %q: %w", p, err)
		}
	}
	return nil
}

func checkName(name string) error {
	switch {
	case len(name) > 255:
		return fmt.Errorf("a name of %d bytes is too long", len(name))
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
		return fmt.Errorf("name %q ends in a dot or a space", name)
	case strings.EqualFold(name, ".git") || strings.EqualFold(name, "git~1"):
		return fmt.Errorf("name %q belongs to git", name)
	case isDevice(name):
		return fmt.Errorf("name %q is a device on Windows", name)
	}
	return nil
}

// isDevice follows "Naming Files, Paths, and Namespaces" in the Windows documentation:
// the name counts up to its first dot, with trailing spaces cut.
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.ToUpper(strings.TrimRight(stem, " "))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	if len(stem) != 4 || stem[3] < '0' || stem[3] > '9' {
		return false
	}
	return strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT")
}
