package answers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

const (
	maxBytes  = 1 << 20 // of an answers file
	maxFaults = 100     // of one file; nobody reads more at once
)

// Parse reads a whole mintwright.yaml; name is what faults call it. Keys that it does not
// have get the built-in defaults. The error joins every fault (see Faults).
//
// Reading is strict: one document of at most 1 MiB in UTF-8, with no key that the table does
// not have, no key twice, no value of another type, no anchors, aliases, merge keys or tags.
func Parse(name string, data []byte) (Answers, error) {
	d := NewDraft()
	_ = d.Read(name, data) // Answers reports it too
	return d.Answers()
}

// Read reads a mintwright.yaml, which need not be whole; name is what faults call it.
// What is right in it is taken even when it fails; Answers reports the failure too.
func (d *Draft) Read(name string, data []byte) error {
	return d.read(name, data, File)
}

// ReadDefaults reads an organisation's defaults: a mintwright.yaml that may have a list of
// paths under the key "locked". A locked answer may not be changed from what the file says,
// or from the built-in default when it says nothing. Call it before other readings.
func (d *Draft) ReadDefaults(name string, data []byte) error {
	return d.read(name, data, Organisation)
}

func (d *Draft) read(name string, data []byte, origin Origin) error {
	r := &reader{file: name, origin: origin, seen: map[string]source{}}
	root, f := document(data)
	if f != nil {
		r.fault(f, f.Line, f.Column)
	} else {
		r.document(root)
	}
	r.faults = append(r.faults, d.take(r)...)
	d.faults = append(d.faults, r.faults...)

	var errs []error
	for _, f := range r.faults {
		errs = append(errs, f)
	}
	return Join(errs...)
}

// take takes over what was read, field by field.
func (d *Draft) take(r *reader) []*Fault {
	var faults []*Fault
	for _, field := range table {
		s, ok := r.seen[field.Path]
		if !ok {
			continue
		}
		if r.origin == Organisation {
			field.copy(&d.org, &r.a)
		}
		next := d.a.clone()
		field.copy(&next, &r.a)
		p, _ := locate(field.Path)
		taken, f := d.accept(p, field.Path, next, s)
		if f != nil {
			faults = append(faults, f)
		}
		if taken {
			for path, s := range r.seen {
				if under(path, field.Path) {
					d.from[path] = s
				}
			}
		}
	}
	for _, path := range r.locked {
		d.locked[path] = r.file
	}
	return faults
}

// copy copies the value of f, or the whole list.
func (f Field) copy(to, from *Answers) {
	switch {
	case f.Path == "calls":
		to.Calls = slices.Clone(from.Calls)
	case f.Path == "unsafe":
		to.Unsafe = slices.Clone(from.Unsafe)
	default:
		switch v := f.at(to, 0).(type) {
		case *string:
			*v = *f.at(from, 0).(*string)
		case *[]string:
			*v = slices.Clone(*f.at(from, 0).(*[]string))
		case *bool:
			*v = *f.at(from, 0).(*bool)
		case *float64:
			*v = *f.at(from, 0).(*float64)
		case *int:
			*v = *f.at(from, 0).(*int)
		}
	}
}

// document judges data as text, then parses it as one YAML document.
func document(data []byte) (*yaml.Node, *Fault) {
	if len(data) > maxBytes {
		return nil, &Fault{Problem: fmt.Sprintf("the file has %d bytes", len(data)), Remedy: "give an answers file of at most 1 MiB"}
	}
	if i := invalidUTF8(data); i >= 0 {
		return nil, &Fault{Problem: fmt.Sprintf("the byte 0x%02x is not UTF-8", data[i]), Remedy: "save the file in UTF-8", Line: lineOf(data, i)}
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return nil, &Fault{Problem: "the file has a NUL byte", Remedy: "give a text file in UTF-8", Line: lineOf(data, i)}
	}
	return parse(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
}

// parse reads the one document in r. A panic of the library is a fault of the file too: it
// has had some on malformed input, and a person's file must not end gen with a stack trace.
func parse(r io.Reader) (root *yaml.Node, fault *Fault) {
	defer func() {
		if p := recover(); p != nil {
			root, fault = nil, syntaxFault(fmt.Errorf("the reader of YAML gave up: %v", p))
		}
	}()
	dec := yaml.NewDecoder(r)
	var doc, next yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0:
		return nil, &Fault{Problem: "the file is empty", Remedy: emptyRemedy}
	case err != nil:
		return nil, syntaxFault(err)
	}
	switch err := dec.Decode(&next); {
	case err == nil:
		return nil, &Fault{Problem: "the file has more than one document", Remedy: "keep one, without --- between", Line: next.Line}
	case !errors.Is(err, io.EOF):
		return nil, syntaxFault(err)
	}
	return doc.Content[0], nil
}

const emptyRemedy = `begin with "version: 1", then name and module`

func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func lineOf(data []byte, i int) int { return 1 + bytes.Count(data[:i], []byte("\n")) }

// syntaxFault takes the line out of the library's message, "yaml: line 3: …".
func syntaxFault(err error) *Fault {
	problem := strings.TrimPrefix(err.Error(), "yaml: ")
	f := &Fault{Problem: "this is not YAML: " + problem, Remedy: "look for a colon, a quote, a bracket or an indentation that is wrong"}
	if rest, found := strings.CutPrefix(problem, "line "); found {
		if line, what, found := strings.Cut(rest, ": "); found {
			if n, err := strconv.Atoi(line); err == nil {
				f.Line, f.Problem, f.Remedy = n, "this is not YAML: "+what, "correct what stands there, or just before"
			}
		}
	}
	return f
}

// reader turns nodes into answers by the table. It goes only where the table goes, so the
// depth of what is read is bounded by the table, and no alias is followed.
type reader struct {
	file   string
	origin Origin
	a      Answers
	seen   map[string]source // by path: what was read, and where
	locked []string
	faults []*Fault
}

func (r *reader) fault(f *Fault, line, column int) {
	if len(r.faults) < maxFaults {
		f.File, f.Line, f.Column = r.file, line, column
		r.faults = append(r.faults, f)
	}
}

func (r *reader) wrong(n *yaml.Node, path, problem, remedy string) {
	r.fault(&Fault{Field: path, Problem: problem, Remedy: remedy}, n.Line, n.Column)
}

func (r *reader) see(n *yaml.Node, path string) {
	r.seen[path] = source{origin: r.origin, file: r.file, line: n.Line, column: n.Column}
}

func (r *reader) document(root *yaml.Node) {
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		r.wrong(root, "", "the file is empty", emptyRemedy)
		return
	}
	if !r.plain(root, "") {
		return
	}
	if root.Kind != yaml.MappingNode {
		r.wrong(root, "", "the file is "+kindOf(root)+", not keys with values", emptyRemedy)
		return
	}
	if !r.version(root) {
		return
	}
	r.mapping(root, "")
}

// version looks at the version first: with another one the rest is not ours to judge.
func (r *reader) version(root *yaml.Node) bool {
	for i := 0; i < len(root.Content); i += 2 {
		if key, value := root.Content[i], root.Content[i+1]; key.Value == "version" {
			n, err := strconv.Atoi(value.Value)
			if value.Kind != yaml.ScalarNode || value.Tag != "!!int" || err != nil {
				return true // mapping says so
			}
			if f := versionFault(n); f != nil {
				r.fault(f, value.Line, value.Column)
				return false
			}
			return true
		}
	}
	r.fault(&Fault{Kind: Missing, Field: "version", Problem: "missing", Remedy: fmt.Sprintf(`begin the file with "version: %d"`, Version)}, 1, 1)
	return true
}

// plain refuses what makes one node mean another.
func (r *reader) plain(n *yaml.Node, path string) bool {
	switch {
	case n.Kind == yaml.AliasNode:
		r.wrong(n, path, fmt.Sprintf("*%s is an alias", short(n.Value)), "write the value itself")
	case n.Anchor != "":
		r.wrong(n, path, fmt.Sprintf("&%s is an anchor", short(n.Anchor)), "take it away")
	case n.Style&yaml.TaggedStyle != 0:
		r.wrong(n, path, fmt.Sprintf("%s is a tag", short(n.Tag)), "take it away; quote what shall be text")
	default:
		return true
	}
	return false
}

func (r *reader) mapping(n *yaml.Node, prefix string) {
	fields := children(prefix)
	first := map[string]int{}
	for i := 0; i < len(n.Content) && len(r.faults) < maxFaults; i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		path := join(prefix, key)
		switch line, twice := first[key.Value]; {
		case !r.plain(key, path):
		case key.Kind != yaml.ScalarNode || key.Tag == "!!merge":
			r.fault(&Fault{Kind: Unknown, Field: prefix, Problem: "a key is " + kindOf(key) + ", not a word", Remedy: "write key: value"}, key.Line, key.Column)
		case twice:
			r.wrong(key, path, fmt.Sprintf("it is there twice, first on line %d", line), "keep one of the two")
		default:
			first[key.Value] = key.Line
			r.pair(fields, key, value, path)
		}
	}
}

func (r *reader) pair(fields []Field, key, value *yaml.Node, path string) {
	if path == "locked" && r.origin == Organisation {
		r.locks(value)
		return
	}
	for _, f := range fields {
		if f.Key() == key.Value {
			if r.plain(value, path) {
				r.value(f, value, path)
			}
			return
		}
	}
	r.fault(unknown(path), key.Line, key.Column)
}

// join is the path of key below prefix.
func join(prefix string, key *yaml.Node) string {
	word := key.Value
	if len(word) > 64 || !isPlain(word) {
		word = quote(word)
	}
	if prefix == "" {
		return word
	}
	return prefix + "." + word
}

func (r *reader) value(f Field, n *yaml.Node, path string) {
	switch f.Kind {
	case Section:
		if r.is(n, yaml.MappingNode, path, fmt.Sprintf("write its keys below it, indented: %s", strings.Join(keys(path), ", "))) {
			r.mapping(n, path)
		}
	case Items:
		if r.is(n, yaml.SequenceNode, path, "write a list, [] for none") {
			r.items(f, n, path)
		}
	case Choices, Texts:
		if r.is(n, yaml.SequenceNode, path, fmt.Sprintf("write a list, [] for none: %s: [%s]", f.Key(), example(n))) {
			r.list(f, n, path)
		}
	default:
		if !r.is(n, yaml.ScalarNode, path, "write one value") {
			return
		}
		if s, ok := r.scalar(f, n, path); ok {
			p, _ := locate(path)
			_ = f.assign(f.at(&r.a, p.item), s) // scalar has judged the form
			r.see(n, path)
		}
	}
}

// example is the scalar that somebody forgot to put into a list.
func example(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" && matches(`^[a-z0-9/.:-]{1,64}$`, n.Value) {
		return n.Value
	}
	return "…"
}

func (r *reader) is(n *yaml.Node, kind yaml.Kind, path, remedy string) bool {
	if n.Kind != kind {
		r.wrong(n, path, "it is "+kindOf(n)+", not "+nameOf(kind), remedy)
	}
	return n.Kind == kind
}

func (r *reader) items(f Field, n *yaml.Node, path string) {
	r.see(n, path)
	for i, item := range n.Content {
		if i > f.MaxItems { // one too many is kept, for Validate to see
			r.wrong(n, path, fmt.Sprintf("it has %d items", len(n.Content)), fmt.Sprintf("keep at most %d", f.MaxItems))
			return
		}
		r.a.grow(path)
		at := fmt.Sprintf("%s.%d", path, i)
		if r.plain(item, at) && r.is(item, yaml.MappingNode, at, "write its keys: "+strings.Join(keys(at), ", ")) {
			r.see(item, at)
			r.mapping(item, at)
		}
	}
}

func (r *reader) list(f Field, n *yaml.Node, path string) {
	var values []string
	for i, element := range n.Content {
		at := fmt.Sprintf("%s.%d", path, i)
		if len(r.faults) >= maxFaults {
			return
		}
		if !r.plain(element, at) || !r.is(element, yaml.ScalarNode, at, "write one value") {
			return
		}
		s, ok := r.scalar(f, element, at)
		if !ok {
			return
		}
		values = append(values, s)
		if i < f.MaxItems || i < len(f.Choices) {
			r.see(element, at)
		}
	}
	*f.at(&r.a, 0).(*[]string) = values
	r.see(n, path)
}

// scalar reads one value in the form in which Set takes it.
func (r *reader) scalar(f Field, n *yaml.Node, path string) (string, bool) {
	switch f.Kind {
	case Flag:
		if n.Tag == "!!bool" {
			return strings.ToLower(n.Value), true
		}
		r.wrong(n, path, quote(n.Value)+" is "+kindOf(n)+", not true or false", "write true or false")
	case Number:
		if n.Tag == "!!int" || n.Tag == "!!float" {
			if _, ok := decimal(n.Value); ok {
				return n.Value, true
			}
		}
		r.wrong(n, path, quote(n.Value)+" is not a number from 0 to 1", "write a share such as 0.1")
	case Integer:
		if _, err := strconv.Atoi(n.Value); n.Tag == "!!int" && err == nil {
			return n.Value, true
		}
		r.wrong(n, path, quote(n.Value)+" is "+kindOf(n)+", not a whole number", fmt.Sprintf("write %s: %d", f.Key(), Version))
	default:
		if n.Tag == "!!str" {
			return n.Value, true
		}
		remedy := fmt.Sprintf("put it in quotes: %q", n.Value)
		if n.Tag == "!!null" {
			remedy = `write "" for nothing, or leave the key out for the default`
		}
		r.wrong(n, path, "it is "+kindOf(n)+", not text", remedy)
	}
	return "", false
}

// kindOf says what a node is, for the sentence "it is …".
func kindOf(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		return nameOf(n.Kind)
	}
	switch n.Tag {
	case "!!null":
		return "nothing (null)"
	case "!!bool":
		return "true or false"
	case "!!int", "!!float":
		return "a number"
	case "!!timestamp":
		return "a date"
	case "!!merge":
		return "a merge key (<<)"
	}
	return "text"
}

func nameOf(kind yaml.Kind) string {
	switch kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	return "a single value"
}

func short(s string) string {
	if len(s) > 32 {
		return strings.ToValidUTF8(s[:32], "") + "…"
	}
	return s
}

// locks reads the paths that an organisation locks; a group locks all that is in it.
func (r *reader) locks(n *yaml.Node) {
	if !r.plain(n, "locked") || !r.is(n, yaml.SequenceNode, "locked", "write a list of paths: locked: [identity.trustDomain]") {
		return
	}
	for i, element := range n.Content {
		at := fmt.Sprintf("locked.%d", i)
		if !r.plain(element, at) || !r.is(element, yaml.ScalarNode, at, "write one path") {
			continue
		}
		p, ok := locate(element.Value)
		switch {
		case !ok:
			f := unknown(element.Value)
			f.Field, f.Problem = at, quote(element.Value)+" is no path of an answer"
			r.fault(f, element.Line, element.Column)
		case p.item >= 0 || p.element >= 0:
			r.wrong(element, at, quote(element.Value)+" is a part of a list", "lock the list as a whole")
		case p.Kind == Section:
			for _, path := range valuesUnder(p.Path) {
				if !strings.Contains(path, "*") {
					r.locked = append(r.locked, path)
				}
			}
		default:
			r.locked = append(r.locked, p.Path)
		}
	}
}
