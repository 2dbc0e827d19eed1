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
	for _, f := range table {
		if f.Path == path {
			return f, true
		}
	}
	p, ok := locate(path)
	return p.Field, ok
}

func locate(path string) (place, bool) {
	shape, item := pattern(path)
	element := -1
	if list, found := strings.CutSuffix(shape, ".*"); found {
		shape, element, item = list, item, -1
		path = path[:strings.LastIndexByte(path, '.')]
	}
	if strings.Contains(path, "*") {
		return place{}, false
	}
	for i := range table {
		if f := &table[i]; f.Path == shape {
			return place{*f, path, item, element}, element < 0 || f.Kind == Texts || f.Kind == Choices
		}
	}
	return place{}, false
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
	if item < 0 {
		return path
	}
	return strings.Replace(path, "*", strconv.Itoa(item), 1)
}

// children are the fields directly under prefix; under calls.3 they are those of calls.*.
func children(prefix string) []Field {
	dir, _ := pattern(prefix)
	if dir != "" {
		dir += "."
	}
	var list []Field
	for _, f := range table {
		if f.Path[:len(f.Path)-len(f.Key())] == dir {
			list = append(list, f)
		}
	}
	return list
}

// pattern is path with every number replaced by "*", and the last of them, or -1.
func pattern(path string) (shape string, item int) {
	if !strings.ContainsAny(path, "0123456789") {
		return path, -1
	}
	item = -1
	parts := strings.Split(path, ".")
	for i, part := range parts {
		if n, ok := number(part); ok {
			parts[i], item = "*", n
		}
	}
	return strings.Join(parts, "."), item
}

// unknown is the fault of a path that is not in the table.
func unknown(path string) *Fault {
	f := &Fault{Kind: Unknown, Field: path, Problem: "there is no such key", Remedy: "see the keys in .mintwright/schema.json"}
	shape, item := pattern(path)
	last := shape[strings.LastIndexByte(shape, '.')+1:]
	var paths []string
	for _, field := range table {
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

// rank gives a field's place: its group's row, its item, its own row, its element.
// What is not in the table comes after all that is; the file as a whole comes first.
func rank(path string) []int {
	if path == "" {
		return nil
	}
	p, ok := locate(path)
	if !ok {
		return []int{len(table)}
	}
	group, row := 0, 0
	for i, f := range table {
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
