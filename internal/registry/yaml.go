package registry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
)

// file is what is read of one file.
type file struct {
	*reader
	name  string
	named bool
}

// at returns a fault at a node.
func (f *file) at(n *yaml.Node, remedy, format string, args ...any) *fault.Fault {
	return &fault.Fault{File: f.name, Line: n.Line, Column: n.Column, Problem: fmt.Sprintf(format, args...), Remedy: remedy}
}

// fault tells what is wrong at a node.
func (f *file) fault(n *yaml.Node, remedy, format string, args ...any) {
	f.report(f.at(n, remedy, format, args...))
}

// parse takes what a file defines.
func (f *file) parse(data []byte) {
	known := false
	err := f.documents(data, func(n *yaml.Node) bool {
		known = f.document(n) || known
		return !f.full
	})
	switch {
	case err != nil:
		f.report(err)
	case f.named && !known && len(f.faults) == 0:
		f.report(&fault.Fault{
			File: f.name, Problem: "this is no attribute registry: it has neither groups nor attributes",
			Remedy: "begin it with groups:, or with file_format: definition/2",
		})
	}
}

// documents calls do for each document of a file until it returns false.
func (f *file) documents(data []byte, do func(*yaml.Node) bool) *fault.Fault {
	d := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	for {
		n, err := decode(d)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return f.broken(err)
		}
		if !do(resolve(n)) {
			return nil
		}
	}
}

// decode reads a document. The library has had panics on malformed input; they are errors here.
func decode(d *yaml.Decoder) (n *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			n, err = nil, fmt.Errorf("the reader of YAML gave up: %v", p)
		}
	}()
	n = new(yaml.Node)
	err = d.Decode(n)
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	return n, err
}

// broken tells that a file is no YAML, with the line where the library tells it.
func (f *file) broken(err error) *fault.Fault {
	problem, line := strings.TrimPrefix(err.Error(), "yaml: "), 0
	if rest, ok := strings.CutPrefix(problem, "line "); ok {
		if number, text, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				line, problem = n, text
			}
		}
	}
	return &fault.Fault{File: f.name, Line: line, Problem: "this is no YAML: " + problem, Remedy: "correct what stands there or just before it"}
}

// resolve follows an alias.
func resolve(n *yaml.Node) *yaml.Node {
	for range 8 {
		if n == nil || n.Kind != yaml.AliasNode {
			return n
		}
		n = n.Alias
	}
	return nil
}

// field returns the value of a mapping's key, or nil.
func field(n *yaml.Node, keys ...string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for _, key := range keys {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return resolve(n.Content[i+1])
			}
		}
	}
	return nil
}

// isSet reports whether a field is there and not null.
func isSet(n *yaml.Node) bool { return n != nil && n.Tag != "!!null" }

// text returns the scalar that a mapping's key has, or "".
func (f *file) text(n *yaml.Node, keys ...string) string {
	v := field(n, keys...)
	switch {
	case !isSet(v):
		return ""
	case v.Kind != yaml.ScalarNode:
		f.fault(v, "write the text itself", "%s has to be a text", keys[0])
		return ""
	case len(v.Value) > maxText:
		f.fault(v, "shorten it", "%s has more than %d KiB", keys[0], maxText>>10)
		return ""
	}
	if f.texts += len(v.Value); f.texts > maxTexts {
		f.stop(f.at(v, "write texts once, and shorter", "all texts together have more than %d MiB", maxTexts>>20))
		return ""
	}
	return v.Value
}

// prose returns a text without the space around it.
func (f *file) prose(n *yaml.Node, keys ...string) string {
	return strings.TrimSpace(f.text(n, keys...))
}

// flag returns whether a mapping's key is true.
func (f *file) flag(n *yaml.Node, key string) bool {
	v := field(n, key)
	if !isSet(v) {
		return false
	}
	if v.Kind != yaml.ScalarNode || v.Tag != "!!bool" {
		f.fault(v, "write true or false", "%s has to be true or false", key)
	}
	return v.Value == "true" || v.Value == "True" || v.Value == "TRUE"
}

// items returns the list that a mapping's key has.
func (f *file) items(n *yaml.Node, key string) *yaml.Node {
	v := field(n, key)
	if !isSet(v) {
		return nil
	}
	if v.Kind != yaml.SequenceNode {
		f.fault(v, "write it as a list, each item behind a dash", "%s has to be a list", key)
		return nil
	}
	return v
}

// each calls do for every item of the list that a mapping's key has; items are mappings.
func (f *file) each(n *yaml.Node, key string, do func(*yaml.Node)) {
	list := f.items(n, key)
	if list == nil {
		return
	}
	for _, item := range list.Content {
		if f.full {
			return
		}
		where := item
		if item = resolve(item); item == nil || item.Kind != yaml.MappingNode {
			f.fault(where, "write its fields, each with its name", "%s has an item that is no mapping", key)
			continue
		}
		do(item)
	}
}

// list returns the names that a mapping's key has: a list of texts, or one.
func (f *file) list(n *yaml.Node, key string) []name {
	v := field(n, key)
	if !isSet(v) {
		return nil
	}
	nodes := []*yaml.Node{v}
	if v.Kind == yaml.SequenceNode {
		nodes = v.Content
	}
	var list []name
	for _, item := range nodes {
		if f.full || !f.count(v) {
			return list
		}
		if item = resolve(item); item == nil || item.Kind != yaml.ScalarNode {
			f.fault(v, "write names alone", "%s has an item that is no text", key)
			continue
		}
		list = append(list, f.ref(item))
	}
	return list
}

// ref returns the reference that a node is.
func (f *file) ref(n *yaml.Node) name {
	if n == nil || n.Kind != yaml.ScalarNode {
		return name{}
	}
	return name{text: n.Value, file: f.name, line: n.Line, column: n.Column}
}

// count takes one of the references that all signals may have together.
func (f *file) count(n *yaml.Node) bool {
	if f.entries++; f.entries > maxEntries {
		f.stop(f.at(n, "divide the registry", "more than %d references", maxEntries))
		return false
	}
	return true
}

// known warns of fields that are not among those that a mapping may have, which are divided by
// spaces, and reports fields that are given twice.
func (f *file) known(n *yaml.Node, what, fields string) {
	if !f.signals {
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if seen[key.Value] {
			f.fault(key, "keep one of the two", "%s has %s twice", what, key.Value)
		}
		seen[key.Value] = true
		if !hasWord(fields, key.Value) {
			remedy := "leave it out"
			if near := names.Nearest(key.Value, strings.Fields(fields)); near != "" {
				remedy = fmt.Sprintf("did you mean %s?", near)
			}
			f.warn(f.at(key, remedy, "the field %s of %s is not known and is passed over", key.Value, what))
		}
	}
}

func hasWord(words, word string) bool {
	for w := range strings.FieldsSeq(words) {
		if w == word {
			return true
		}
	}
	return false
}

// document takes what a document defines, and reports whether it is of a registry.
func (f *file) document(n *yaml.Node) bool {
	if n == nil || n.Kind != yaml.MappingNode {
		return false
	}
	format := field(n, "file_format")
	switch {
	case (format == nil || format.Value == "definition/1") && (field(n, "groups") != nil || f.signals && field(n, "imports") != nil):
		f.version1(n)
	case format == nil, format.Value == "definition/1":
		return false
	case format.Value == "definition/2":
		f.version2(n)
	case format.Value == "resolved/2.0":
		f.resolvedForm(n)
	case isSchema(format.Value) && field(n, "versions") != nil:
		f.schemaFile(n)
	case strings.HasPrefix(format.Value, "manifest/"):
	case strings.HasPrefix(format.Value, "definition/"), strings.HasPrefix(format.Value, "resolved/"):
		f.fault(format, "write it in one of these", "file_format %q is not known; definition/2 and resolved/2.0 are, and groups without a file_format", format.Value)
	default:
		return false
	}
	return true
}
