package names

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Scope hands out identifiers for emitted Go that clash with none that are in use where they will
// stand. Go's keywords and predeclared identifiers count as in use everywhere. The zero value is a
// scope in which nothing else is.
type Scope struct {
	parent *Scope
	used   map[string]bool
}

// NewScope returns a scope in which the given names are in use.
func NewScope(taken ...string) *Scope {
	s := new(Scope)
	for _, name := range taken {
		s.Take(name)
	}
	return s
}

// Child returns a scope inside s: what is in use in s, now or later, is in use in it too,
// and what it hands out is free in s.
func (s *Scope) Child() *Scope { return &Scope{parent: s} }

// Has reports whether name is in use.
func (s *Scope) Has(name string) bool {
	for at := s; at != nil; at = at.parent {
		if at.used[name] {
			return true
		}
	}
	return slices.Contains(keywords[:], name) || slices.Contains(predeclared[:], name)
}

// Take marks a name as in use.
func (s *Scope) Take(name string) {
	if s.used == nil {
		s.used = map[string]bool{}
	}
	s.used[name] = true
}

// New returns a name that was not in use and marks it: want, or else want2, want3 and so on.
// A want that is empty or "_" counts as "v".
func (s *Scope) New(want string) string {
	if want == "" || want == "_" {
		want = "v"
	}
	name := want
	for i := 2; s.Has(name); i++ {
		name = want + strconv.Itoa(i)
	}
	s.Take(name)
	return name
}

// Snake is a Go identifier in lower snake case: PaymentsAPI is payments_api, HTTPServer is
// http_server, UserIDs is user_ids. No underscore stands at its front, since the go command does
// not see a file of such a name; what has nothing else is x.
func Snake(name string) string {
	var b strings.Builder
	letters := []rune(name)
	for i, r := range letters {
		if r != '_' && startsWord(letters, i) && b.Len() > 0 && !strings.HasSuffix(b.String(), "_") {
			b.WriteByte('_')
		}
		if r != '_' || b.Len() > 0 {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	if b.Len() == 0 {
		return "x"
	}
	return b.String()
}

// startsWord reports whether a word of a mixed-case name begins at its i-th letter.
func startsWord(letters []rune, i int) bool {
	if i == 0 || !unicode.IsUpper(letters[i]) {
		return false
	}
	if !unicode.IsUpper(letters[i-1]) {
		return true
	}
	// The last capital of a run begins the next word, unless only a plural's s follows it.
	rest := letters[i+1:]
	plural := len(rest) > 0 && rest[0] == 's' && (len(rest) == 1 || !unicode.IsLower(rest[1]))
	return len(rest) > 0 && unicode.IsLower(rest[0]) && !plural
}

// Standard returns the paths of the importable packages of Go's standard library that have a name.
func Standard(name string) []string {
	var list []string
	for _, path := range standard {
		if packageName(path) == name {
			list = append(list, path)
		}
	}
	return list
}
