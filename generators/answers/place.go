package answers

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/internal/names"
)

// place is a path as --set takes it, found in the table.
type place struct {
	Field
	path    string // as given, without the number of a list element
	item    int    // of calls and unsafe; -1 for other fields
	element int    // of a list of texts or choices; -1 when the whole list is meant
}

// Lookup finds the field of a path; an item of calls or unsafe is given by its number or "*".
func Lookup(path string) (Field, bool) {
	for _, f := range Fields() {
		if f.Path == path {
			return f, true
		}
	}
	p, ok := locate(path)
	return p.Field, ok
}

func locate(path string) (place, bool) {
	parts := strings.Split(path, ".")
	for _, f := range Fields() {
		want := strings.Split(f.Path, ".")
		p := place{Field: f, path: path, item: -1, element: -1}
		switch {
		case len(parts) == len(want):
		case len(parts) == len(want)+1 && (f.Kind == Texts || f.Kind == Choices):
			n, ok := number(parts[len(parts)-1])
			if !ok {
				continue
			}
			p.element, p.path = n, f.Path
		default:
			continue
		}
		if p.match(parts, want) {
			return p, true
		}
	}
	return place{}, false
}

func (p *place) match(parts, want []string) bool {
	for i, w := range want {
		if w != "*" {
			if parts[i] != w {
				return false
			}
			continue
		}
		n, ok := number(parts[i])
		if !ok {
			return false
		}
		p.item = n
	}
	return true
}

// list is the path of the list that p's item belongs to, or "".
func (p place) list() string {
	if p.item < 0 {
		return ""
	}
	list, _, _ := strings.Cut(p.path, ".")
	return list
}

// number reads the number of a list item: digits without a leading zero.
func number(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == s
}

// numbered puts the number of an item into the path of a field.
func numbered(path string, item int) string {
	return strings.Replace(path, "*", strconv.Itoa(item), 1)
}

// children are the fields directly under prefix; under calls.3 they are those of calls.*.
func children(prefix string) []Field {
	var list []Field
	for _, f := range Fields() {
		if dir := strings.TrimSuffix(f.Path, f.Key()); dir == pattern(prefix)+"." || dir == "" && prefix == "" {
			list = append(list, f)
		}
	}
	return list
}

// pattern is path with every number replaced by "*".
func pattern(path string) string {
	parts := strings.Split(path, ".")
	for i, part := range parts {
		if _, ok := number(part); ok {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, ".")
}

// unknown is the fault of a path that is not in the table.
func unknown(path string) *Fault {
	f := &Fault{Kind: Unknown, Field: path, Problem: "there is no such key", Remedy: "see the keys in .mintwright/schema.json"}
	shape, item := pattern(path), 0
	for part := range strings.SplitSeq(path, ".") {
		if n, ok := number(part); ok {
			item = n
		}
	}
	last := shape[strings.LastIndexByte(shape, '.')+1:]
	var paths []string
	for _, field := range Fields() {
		paths = append(paths, field.Path)
		if strings.EqualFold(field.Key(), last) {
			f.Remedy = meant(numbered(field.Path, item)) // the right key in the wrong place
		}
	}
	if near := names.Nearest(shape, paths); near != "" {
		f.Remedy = meant(numbered(near, item))
	} else if dir := strings.TrimSuffix(shape, last); dir != "" {
		if near := names.Nearest(last, keys(strings.TrimSuffix(dir, "."))); near != "" {
			f.Remedy = meant(numbered(dir+near, item))
		}
	}
	return f
}

func meant(path string) string { return fmt.Sprintf("did you mean %q?", path) }

func keys(prefix string) []string {
	var list []string
	for _, f := range children(prefix) {
		list = append(list, f.Key())
	}
	return list
}

// ranking orders faults as the table orders fields.
type ranking []Field

func ranks() ranking { return Fields() }

// of gives a field's place: its group's row, its item, its own row, its element.
// What is not in the table comes after all that is; the file as a whole comes first.
func (r ranking) of(path string) []int {
	if path == "" {
		return nil
	}
	p, ok := locate(path)
	if !ok {
		return []int{len(r)}
	}
	group, row := 0, 0
	for i, f := range r {
		if f.Path == p.list() {
			group = i
		}
		if f.Path == p.Path {
			row = i
		}
	}
	if p.item < 0 {
		group = row
	}
	return []int{group, p.item, row, p.element}
}
