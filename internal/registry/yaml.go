package registry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// file is what is read of one file.
type file struct {
	*reader
	name  string
	named bool
}

// fault tells what is wrong at a node.
func (f *file) fault(n *yaml.Node, format string, args ...any) {
	switch {
	case len(f.faults) < maxFaults:
		f.faults = append(f.faults, fmt.Errorf("%s:%d: %s", f.name, n.Line, fmt.Sprintf(format, args...)))
	case !f.full:
		f.stop(fmt.Errorf("%s: there is more that is wrong", f.name))
	}
}

// parse takes the attributes from a file.
func (f *file) parse(data []byte) {
	d := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	known := false
	for !f.full {
		n, err := decode(d)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			f.faults = append(f.faults, broken(f.name, err))
			return
		}
		known = f.document(resolve(n)) || known
	}
	if f.named && !known && len(f.faults) == 0 {
		f.faults = append(f.faults, fmt.Errorf("%s: this is no attribute registry: it has neither groups nor attributes", f.name))
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
func broken(name string, err error) error {
	problem := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(problem, "line "); ok {
		if line, text, ok := strings.Cut(rest, ": "); ok {
			name, problem = name+":"+line, text
		}
	}
	return fmt.Errorf("%s: this is no YAML: %s", name, problem)
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

// text returns the scalar that a mapping's key has, or "".
func (f *file) text(n *yaml.Node, keys ...string) string {
	v := field(n, keys...)
	switch {
	case v == nil || v.Tag == "!!null":
		return ""
	case v.Kind != yaml.ScalarNode:
		f.fault(v, "%s has to be a text", keys[0])
		return ""
	case len(v.Value) > maxText:
		f.fault(v, "%s has more than %d KiB", keys[0], maxText>>10)
		return ""
	}
	return v.Value
}

// each calls do for every item of the list that a mapping's key has.
func (f *file) each(n *yaml.Node, key string, do func(*yaml.Node)) {
	list := field(n, key)
	if list == nil || list.Tag == "!!null" {
		return
	}
	if list.Kind != yaml.SequenceNode {
		f.fault(list, "%s has to be a list", key)
		return
	}
	for _, item := range list.Content {
		if f.full {
			return
		}
		if item = resolve(item); item == nil || item.Kind != yaml.MappingNode {
			f.fault(list, "%s has an item that is no mapping", key)
			continue
		}
		do(item)
	}
}

// document takes the attributes of a document, and reports whether it is of a registry.
func (f *file) document(n *yaml.Node) bool {
	if n == nil || n.Kind != yaml.MappingNode {
		return false
	}
	format := field(n, "file_format")
	switch {
	case format == nil && field(n, "groups") != nil:
		f.each(n, "groups", f.group)
		return true
	case format == nil:
		return false
	case format.Value == "definition/2":
		f.each(n, "attributes", func(a *yaml.Node) { f.attribute(a, "") })
		return true
	case format.Value == "resolved/2.0":
		f.each(n, "attribute_catalog", func(a *yaml.Node) { f.attribute(a, "") })
		return true
	case strings.HasPrefix(format.Value, "manifest/"):
		return true
	case strings.HasPrefix(format.Value, "definition/"), strings.HasPrefix(format.Value, "resolved/"):
		f.fault(format, "file_format %q is not known; definition/2 and resolved/2.0 are, and groups without a file_format", format.Value)
		return true
	}
	return false
}

// group takes the attributes of a group of version 1. In older ones its prefix begins all keys.
func (f *file) group(n *yaml.Node) {
	prefix := f.text(n, "prefix")
	f.each(n, "attributes", func(a *yaml.Node) { f.attribute(a, prefix) })
}

// attribute takes a definition; a reference is none.
func (f *file) attribute(n *yaml.Node, prefix string) {
	if field(n, "ref") != nil || field(n, "ref_group") != nil {
		return
	}
	a := Attribute{
		Key: f.text(n, "key", "id", "name"), Brief: strings.TrimSpace(f.text(n, "brief")), Stability: f.text(n, "stability"),
		File: f.name, Line: n.Line,
	}
	if prefix != "" && a.Key != "" {
		a.Key = prefix + "." + a.Key
	}
	if problem := keyProblem(a.Key); problem != "" {
		f.fault(n, "%s", problem)
		return
	}
	before := len(f.faults)
	f.kind(n, &a)
	a.Deprecated = f.deprecation(n, a.Key)
	if len(f.faults) > before {
		return
	}
	if len(f.found) >= maxAttributes {
		f.stop(fmt.Errorf("%s:%d: more than %d attributes", f.name, n.Line, maxAttributes))
		return
	}
	f.found = append(f.found, a)
}

// keyProblem says what is wrong with a key, or "".
func keyProblem(key string) string {
	const longest = 255
	switch {
	case key == "":
		return "an attribute has neither a key nor an id"
	case len(key) > longest:
		return fmt.Sprintf("attribute key %q... has more than %d bytes", key[:32], longest)
	case strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\ufffd' || r == 0x85 || r == 0xa0 }):
		return fmt.Sprintf("attribute key %q has a space or a control character", key)
	}
	return ""
}

// kind takes the type: a name, or the members of an enum.
func (f *file) kind(n *yaml.Node, a *Attribute) {
	t := field(n, "type")
	switch {
	case t == nil || t.Tag == "!!null":
		f.fault(n, "attribute %q has no type", a.Key)
	case t.Kind == yaml.ScalarNode:
		a.Type = t.Value
		if !isType(a.Type) {
			f.fault(t, "attribute %q: type %q is none of string, int, double, boolean, any, these with [], template[...], or a mapping with members", a.Key, a.Type)
		}
	case field(t, "members") == nil:
		f.fault(t, "attribute %q: the type has no members", a.Key)
	default:
		a.Type = "enum"
		f.each(t, "members", func(m *yaml.Node) {
			v := field(m, "value")
			if v == nil || v.Kind != yaml.ScalarNode {
				f.fault(m, "attribute %q: a member has no value", a.Key)
				return
			}
			if f.members++; f.members > maxMembers {
				f.stop(fmt.Errorf("%s:%d: more than %d members of enums", f.name, m.Line, maxMembers))
				return
			}
			a.Members = append(a.Members, Member{ID: f.text(m, "id"), Value: v.Value, Brief: strings.TrimSpace(f.text(m, "brief"))})
		})
	}
}

// isType reports whether s is the name of a type.
func isType(s string) bool {
	if inner, ok := strings.CutPrefix(s, "template["); ok {
		if s, ok = strings.CutSuffix(inner, "]"); !ok {
			return false
		}
	}
	s = strings.TrimSuffix(s, "[]")
	return s == "string" || s == "int" || s == "double" || s == "boolean" || s == "any"
}

// deprecation takes why an attribute is deprecated: a mapping, or in older files a text.
func (f *file) deprecation(n *yaml.Node, key string) *Deprecation {
	d := field(n, "deprecated")
	switch {
	case d == nil || d.Tag == "!!null":
		return nil
	case d.Kind == yaml.ScalarNode:
		return &Deprecation{Note: strings.TrimSpace(f.text(n, "deprecated"))}
	case d.Kind != yaml.MappingNode:
		f.fault(d, "attribute %q: deprecated has to be a mapping or a text", key)
		return nil
	}
	dep := &Deprecation{Reason: f.text(d, "reason", "action"), RenamedTo: f.text(d, "renamed_to", "new_name"), Note: strings.TrimSpace(f.text(d, "note"))}
	if dep.Reason == "renamed" && dep.RenamedTo == "" {
		f.fault(d, "attribute %q is renamed, but renamed_to is missing", key)
	}
	return dep
}
