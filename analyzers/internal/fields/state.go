package fields

import (
	"maps"
	"slices"
)

// state is what is known of an object at one point of a function.
type state struct {
	used    bool
	base    base // what fields hold that are not in fields
	sources []*Source
	fields  map[string][]*Value
}

// base is a set: where an object may come from, the fields that nobody wrote to hold that.
type base uint8

const (
	zero     base = 1 << iota // all are zero
	unknown                   // somebody else knows
	received                  // what the caller has put there
)

// The values of fields that nobody wrote to.
var (
	unset     = Value{Kind: Unset}
	whoKnows  = Value{Kind: Unknown}
	unchanged = Value{Kind: Unknown, self: true}
)

// elsewhere is the source of what is not seen to be made.
var elsewhere = Source{Kind: Elsewhere}

// get returns what a field may hold, never nothing.
func (s *state) get(name string) []*Value {
	if v, ok := s.fields[name]; ok {
		return v
	}
	var list []*Value
	if s.base&zero != 0 {
		list = append(list, &unset)
	}
	if s.base&unknown != 0 || s.base == 0 {
		list = append(list, &whoKnows)
	}
	if s.base&received != 0 {
		list = append(list, &unchanged)
	}
	return list
}

func (s *state) names() []string { return slices.Sorted(maps.Keys(s.fields)) }

func (s *state) unknown() bool { return s.base != zero }

func (s *state) clone() *state {
	c := *s
	c.sources = slices.Clip(s.sources)
	c.fields = maps.Clone(s.fields)
	return &c
}

func (s *state) set(name string, values []*Value) {
	if s.fields == nil {
		s.fields = map[string][]*Value{}
	}
	s.fields[name] = values
}

// add has a field hold values beside those that it holds.
func (s *state) add(name string, values []*Value) { s.set(name, union(s.get(name), values)) }

// blur is what a function does of which nothing is known.
func (s *state) blur() {
	for name, v := range s.fields {
		s.fields[name] = union(v, []*Value{&whoKnows})
	}
	s.base |= unknown
}

// join returns the state where two paths meet. Either may be nil: no path.
func join(a, b *state) *state {
	if a == nil || a == b {
		return b
	}
	if b == nil {
		return a
	}
	j := &state{used: a.used || b.used, base: a.base | b.base, sources: union(a.sources, b.sources)}
	for name := range a.fields {
		j.set(name, union(a.get(name), b.get(name)))
	}
	for name := range b.fields {
		if _, both := a.fields[name]; !both {
			j.set(name, union(a.get(name), b.get(name)))
		}
	}
	return j
}

// most is how many values of a field are told apart. A program that writes more of them into
// one field chooses them at run time.
const most = 64

// union returns the elements of both lists, each once. The lists are not changed.
func union[T comparable](a, b []T) []T {
	list := slices.Clip(a)
	for _, v := range b {
		if len(list) < most && !slices.Contains(a, v) {
			list = append(list, v)
		}
	}
	return list
}

// same reports whether two states say the same.
func same(a, b *state) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.used != b.used || a.base != b.base || len(a.sources) != len(b.sources) || len(a.fields) != len(b.fields) {
		return false
	}
	for name, v := range a.fields {
		w, ok := b.fields[name]
		if !ok || len(v) != len(w) {
			return false
		}
		for _, x := range v {
			if !slices.Contains(w, x) {
				return false
			}
		}
	}
	return true
}
