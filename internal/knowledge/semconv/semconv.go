// Package semconv tells what became of the attribute keys of OpenTelemetry's semantic
// conventions: which there are and were, what type their values have, and what a key that is
// no more is called today.
//
// Its facts are those of the conventions of version 1.43.0. The keys and types are read from
// the Go packages of all released versions (table.go). Go drops a key that is deprecated and
// says no more of it, so what replaced it stands in a table of our own (changes.go), and so do
// the few keys that are alive and have no Go constant (live.go).
//
// An answer is found in this order: a key that is alive is alive, whatever an older schema file
// says of it (enduser.id was to be user.id for a while); then the registry's own renames, which
// lead to the final name; then the renames of the schema files, followed to a key that is alive.
//
// When go.mod takes a newer go.opentelemetry.io/otel, "UPDATE=1 go test" in this folder makes
// table.go anew, and the tests name the keys that want a row in one of the other tables.
package semconv

import (
	"slices"
	"strconv"
	"strings"
)

// Base is the path that all packages of the conventions begin with; the version follows.
const Base = "go.opentelemetry.io/otel/semconv/v"

// Schema is what all schema URLs of the conventions begin with; the version follows.
const Schema = "https://opentelemetry.io/schemas/"

// Type is the type of a value, or a set of types.
type Type uint16

// The types of values. A key may have had more than one.
const (
	String Type = 1 << iota
	Int
	Double
	Bool
	StringSlice
	IntSlice
	DoubleSlice
	BoolSlice
	Map
	Any = Type(1<<iota - 1)
)

// String returns the type as the conventions call it, several with "or" between.
func (t Type) String() string {
	if t == Any {
		return "any"
	}
	var names []string
	for i, name := range [...]string{"string", "int", "double", "boolean", "string[]", "int[]", "double[]", "boolean[]", "map"} {
		if t&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, " or ")
}

// ParseType is the inverse of String for one type, with "enum", "enum int" and "template[T]"
// for the types that their values have.
func ParseType(s string) (Type, bool) {
	if inner, ok := strings.CutPrefix(s, "template["); ok {
		s = strings.TrimSuffix(inner, "]")
	}
	switch s {
	case "string", "enum", "enum string":
		return String, true
	case "int", "enum int":
		return Int, true
	case "double":
		return Double, true
	case "boolean":
		return Bool, true
	case "string[]":
		return StringSlice, true
	case "int[]":
		return IntSlice, true
	case "double[]":
		return DoubleSlice, true
	case "boolean[]":
		return BoolSlice, true
	case "any":
		return Any, true
	}
	return 0, false
}

// Key is a key of the conventions, of today or of the past.
type Key struct {
	Name     string
	Type     Type // of the newest version
	Former   Type // all that it ever had, Type too
	Enum     bool // the values are those of Members, or others where those do not fit
	Template bool // Name is the beginning, up to the last dot, of keys that users complete

	// The Go packages, by version, that have a constant for it, from first to last, both empty
	// when none has, and the constant of the last, without the word Key at its end.
	First, Last string
	Const       string

	// Change is nil for a key that is alive.
	Change *Change

	members string
}

// Members returns the values of an enum, integers in decimal.
func (k *Key) Members() []string {
	if k.members == "" {
		return nil
	}
	return strings.Split(k.members, ",")
}

// Has reports whether value is a member of the enum.
func (k *Key) Has(value string) bool {
	for m := range strings.SplitSeq(k.members, ",") {
		if m == value {
			return true
		}
	}
	return false
}

// In reports whether the conventions of a version have the key; versions that no Go package is
// of count as the one before.
func (k *Key) In(version string) bool {
	return k.First != "" && Compare(k.First, version) <= 0 && Compare(version, k.Last) <= 0 || k.Last == Newest() && Compare(version, k.Last) > 0
}

// Lookup returns what is known of a key. A key that begins as a template does is that template.
func Lookup(key string) (Key, bool) {
	if k, ok := exact(key); ok {
		return k, true
	}
	for at := strings.LastIndexByte(key, '.'); at > 0; at = strings.LastIndexByte(key[:at], '.') {
		if at+1 == len(key) {
			continue
		}
		if k, ok := exact(key[:at] + ".*"); ok {
			k.Name, k.Template = key[:at+1], true
			return k, true
		}
	}
	return Key{}, false
}

func exact(key string) (Key, bool) {
	change := changeOf(key)
	if line, ok := lineOf(key); ok {
		k := parse(line)
		k.Change = change
		return k, true
	}
	if i, ok := slices.BinarySearchFunc(live, key, func(l liveKey, key string) int { return strings.Compare(l.key, key) }); ok {
		return Key{Name: key, Type: live[i].kind, Former: live[i].kind, Enum: live[i].enum, Change: change}, true
	}
	if change != nil {
		return Key{Name: key, Type: change.kind, Former: change.kind, Change: change}, true
	}
	return Key{}, false
}

// lineOf returns the line of the table that is about a key.
func lineOf(key string) (string, bool) {
	low, high := 1, len(table) // 1: behind the newline that the literal begins with
	for low < high {
		middle := low + (high-low)/2
		start := strings.LastIndexByte(table[:middle], '\n') + 1
		line, _, _ := strings.Cut(table[start:], "\n")
		have, _, _ := strings.Cut(line, "\t")
		switch c := strings.Compare(have, key); {
		case c == 0:
			return line, true
		case c < 0:
			low = start + len(line) + 1
		default:
			high = start
		}
	}
	return "", false
}

// parse reads a line of the table.
func parse(line string) Key {
	var k Key
	var kinds, names string
	k.Name, line, _ = strings.Cut(line, "\t")
	kinds, line, _ = strings.Cut(line, "\t")
	k.First, line, _ = strings.Cut(line, "\t")
	k.Last, line, _ = strings.Cut(line, "\t")
	names, k.members, _ = strings.Cut(line, "\t")
	k.Const, _, _ = strings.Cut(names, ",")
	for kind := range strings.SplitSeq(kinds, ",") {
		t, _ := ParseType(kind)
		if k.Type == 0 {
			k.Type, k.Enum = t, strings.HasPrefix(kind, "enum")
		}
		k.Former |= t
	}
	return k
}

// Versions returns the versions of the Go packages, oldest first, without the v.
func Versions() []string { return strings.Fields(versions) }

// Newest returns the last of Versions.
func Newest() string { return versions[strings.LastIndexByte(versions, ' ')+1:] }

// Version returns the version of a package of the conventions, given its import path.
func Version(importPath string) (string, bool) {
	v, ok := strings.CutPrefix(importPath, Base)
	return v, ok && isVersion(v)
}

// SchemaVersion returns the version that a schema URL of the conventions is of.
func SchemaVersion(url string) (string, bool) {
	v, ok := strings.CutPrefix(url, Schema)
	return v, ok && isVersion(v)
}

func isVersion(v string) bool {
	n := 0
	for part := range strings.SplitSeq(v, ".") {
		if _, err := strconv.ParseUint(part, 10, 31); err != nil {
			return false
		}
		n++
	}
	return n == 3
}

// Compare orders versions: negative when a is older than b.
func Compare(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		m, _ := strconv.Atoi(x)
		n, _ := strconv.Atoi(y)
		if m != n {
			return m - n
		}
	}
	return 0
}

// Const returns the key that a constant of a package stands for, such as HTTPMethodKey in
// version 1.20.0.
func Const(version, name string) (string, bool) {
	name, ok := strings.CutSuffix(name, "Key")
	if !ok {
		return "", false
	}
	for line := range strings.Lines(table[1:]) {
		fields := strings.SplitN(line[:len(line)-1], "\t", 6)
		if Compare(fields[2], version) > 0 || Compare(version, fields[3]) > 0 || strings.HasSuffix(fields[0], "*") {
			continue
		}
		for have := range strings.SplitSeq(fields[4], ",") {
			if have == name {
				return fields[0], true
			}
		}
	}
	return "", false
}

// ValueConst returns the name of the constant that holds the key of what a package declares:
// HTTPMethodKey for the function HTTPMethod, HTTPSchemeKey for the variable HTTPSchemeHTTP; and
// "" where there is none. has tells which constants there are.
func ValueConst(name string, has func(string) bool) string {
	for end := len(name); end > 0; end-- {
		if has(name[:end] + "Key") {
			return name[:end] + "Key"
		}
	}
	return ""
}
