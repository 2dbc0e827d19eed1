package vetconfig

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/internal/names"
)

const (
	maxBytes  = 1 << 20 // of a file
	maxFaults = 100     // of one file; nobody reads more at once
)

// document judges data as text, then parses it as one YAML document.
func document(data []byte) (*yaml.Node, *Fault) {
	if len(data) > maxBytes {
		return nil, &Fault{Problem: "the file has more than 1 MiB", Remedy: "give a configuration of at most 1 MiB"}
	}
	if i := foreign(data); i >= 0 {
		return nil, &Fault{
			Problem: fmt.Sprintf("the byte 0x%02x is not text in UTF-8", data[i]), Remedy: "save the file in UTF-8",
			Line: 1 + bytes.Count(data[:i], []byte("\n")), Column: i - bytes.LastIndexByte(data[:i], '\n'),
		}
	}
	return parse(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
}

// foreign returns the first byte that is NUL or not UTF-8, or -1.
func foreign(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == 0 || r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

const emptyRemedy = `begin with "version: 1", or remove the file: everything has a default`

// parse reads the one document in r. A panic of the library is a fault of the file too: it
// has had some on malformed input.
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
		return nil, &Fault{Problem: "the file has more than one document", Remedy: "keep one, without --- between", Line: next.Line, Column: 1}
	case !errors.Is(err, io.EOF):
		return nil, syntaxFault(err)
	}
	return doc.Content[0], nil
}

// syntaxFault takes the line out of the library's message, "yaml: line 3: …".
func syntaxFault(err error) *Fault {
	problem := strings.TrimPrefix(err.Error(), "yaml: ")
	f := &Fault{Problem: "this is not YAML: " + problem, Remedy: "look for a colon, a quote, a bracket or an indentation that is wrong"}
	if rest, found := strings.CutPrefix(problem, "line "); found {
		if line, what, found := strings.Cut(rest, ": "); found {
			if n, err := strconv.Atoi(line); err == nil {
				f.Line, f.Column, f.Problem, f.Remedy = n, 1, "this is not YAML: "+what, "correct what stands there, or just before"
			}
		}
	}
	return f
}

// parser turns nodes into a Config by the table. It goes only where the table goes, so the
// depth of what is read is bounded by the table, and no alias is followed.
type parser struct {
	file   string
	rules  []string
	c      Config
	first  map[string]int // by path, with numbers: the line of its key
	faults []*Fault
}

func (p *parser) fault(f *Fault, line, column int) {
	if len(p.faults) < maxFaults {
		f.File, f.Line, f.Column = p.file, line, column
		p.faults = append(p.faults, f)
	}
}

func (p *parser) wrong(n *yaml.Node, path, problem, remedy string) {
	p.fault(&Fault{Field: path, Problem: problem, Remedy: remedy}, n.Line, n.Column)
}

func (p *parser) document(root *yaml.Node) {
	switch {
	case root.Kind == yaml.ScalarNode && root.Tag == "!!null":
		p.wrong(root, "", "the file is empty", emptyRemedy)
	case !p.plain(root, ""):
	case root.Kind != yaml.MappingNode:
		p.wrong(root, "", "the file is "+kindOf(root)+", not keys with values", emptyRemedy)
	case p.version(root):
		p.mapping(root, "", "")
	}
}

// version looks at the version first: with another one the rest is not ours to judge.
func (p *parser) version(root *yaml.Node) bool {
	for i := 0; i < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if key.Value != "version" {
			continue
		}
		n, err := strconv.Atoi(value.Value)
		switch {
		case value.Kind != yaml.ScalarNode || value.Tag != "!!int" || err != nil:
			return true // the table says so
		case n > Version:
			p.wrong(value, "version", fmt.Sprintf("%d is newer than this gen, which knows %d", n, Version), "use a newer gen")
			return false
		case n < Version:
			p.wrong(value, "version", fmt.Sprintf("there never was a version %d", n), fmt.Sprintf(`write "version: %d"`, Version))
			return false
		}
		return true
	}
	p.fault(&Fault{Field: "version", Problem: "missing", Remedy: fmt.Sprintf(`begin the file with "version: %d"`, Version)}, 1, 1)
	return true
}

// plain refuses what makes one node mean another.
func (p *parser) plain(n *yaml.Node, path string) bool {
	switch {
	case n.Kind == yaml.AliasNode:
		p.wrong(n, path, "*"+short(n.Value)+" is an alias", "write the value itself")
	case n.Anchor != "":
		p.wrong(n, path, "&"+short(n.Anchor)+" is an anchor", "take it away")
	case n.Style&yaml.TaggedStyle != 0:
		p.wrong(n, path, short(n.Tag)+" is a tag", "take it away; quote what shall be text")
	default:
		return true
	}
	return false
}

// pairs calls f with each key of a mapping that is a word and there for the first time, and
// with its value.
func (p *parser) pairs(n *yaml.Node, at string, f func(key, value *yaml.Node, at string)) {
	for i := 0; i < len(n.Content) && len(p.faults) < maxFaults; i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			if p.plain(key, at) {
				p.wrong(key, at, "a key is "+kindOf(key)+", not a word", "write key: value")
			}
			continue
		}
		here := join(at, short(key.Value))
		switch line, twice := p.first[here]; {
		case !p.plain(key, here):
		case twice:
			p.wrong(key, here, fmt.Sprintf("it is there twice, first on line %d", line), "keep one of the two")
		default:
			p.first[here] = key.Line
			f(key, value, here)
		}
	}
}

func join(at, key string) string { return strings.TrimPrefix(at+"."+key, ".") }

// mapping reads the keys below prefix of the table, at the path at of the file.
func (p *parser) mapping(n *yaml.Node, prefix, at string) {
	fields := children(prefix)
	p.pairs(n, at, func(key, value *yaml.Node, here string) {
		i := slices.IndexFunc(fields, func(f field) bool { return f.key() == key.Value })
		if i < 0 {
			p.wrong(key, here, "there is no such key", meant(key.Value, keys(prefix)))
		} else if p.plain(value, here) {
			p.value(&fields[i], value, here)
		}
	})
	for _, f := range fields {
		if here := join(at, f.key()); f.need && p.first[here] == 0 {
			p.wrong(n, here, "missing", "write "+f.key()+": […]")
		}
	}
}

// meant says what was probably meant, or what there is.
func meant(got string, known []string) string {
	if near := names.Nearest(got, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	const most = 12
	if len(known) > most {
		return "see gen vet --explain all"
	}
	return "there are " + strings.Join(known, ", ")
}

func (p *parser) value(f *field, n *yaml.Node, at string) {
	switch f.kind {
	case version:
		if p.is(n, yaml.ScalarNode, at) && (n.Tag != "!!int" || n.Value != strconv.Itoa(Version)) {
			p.wrong(n, at, quote(n.Value)+" is no version", fmt.Sprintf("write version: %d", Version))
		}
	case flag:
		switch {
		case !p.is(n, yaml.ScalarNode, at):
		case n.Tag != "!!bool":
			p.wrong(n, at, quote(n.Value)+" is "+kindOf(n)+", not true or false", "write true or false")
		default:
			*f.at(&p.c).(*bool) = strings.EqualFold(n.Value, "true")
		}
	case choice:
		if p.choice(f, n, at) {
			*f.at(&p.c).(*string) = n.Value
		}
	case settings:
		if p.is(n, yaml.MappingNode, at) {
			p.settings(f, n, at)
		}
	case texts:
		if p.is(n, yaml.SequenceNode, at) {
			p.texts(f, n, at)
		}
	case text:
		if p.text(f, n, at) {
			*f.at(&p.c).(*string) = n.Value
		}
	case section:
		if p.is(n, yaml.MappingNode, at) {
			p.mapping(n, f.path, at)
		}
	case items:
		if p.is(n, yaml.SequenceNode, at) && p.few(f, n, at) {
			p.items(f, n, at)
		}
	}
}

func (p *parser) items(f *field, n *yaml.Node, at string) {
	for i, item := range n.Content {
		here := join(at, strconv.Itoa(i))
		if p.plain(item, here) && p.is(item, yaml.MappingNode, here) {
			p.c.Require = append(p.c.Require, policy.Requirement{}) // the one list of items
			p.mapping(item, f.path+".*", here)
		}
	}
}

func (p *parser) settings(f *field, n *yaml.Node, at string) {
	known := ruleNames(p.rules)
	p.pairs(n, at, func(key, value *yaml.Node, here string) {
		switch {
		case !slices.Contains(known, key.Value):
			p.wrong(key, here, "there is no such rule or analyzer", meant(key.Value, known))
		case !p.plain(value, here):
		case value.Tag == "!!bool":
			p.wrong(value, here, quote(value.Value)+" is true or false, not a word", "write on or off")
		case p.choice(f, value, here):
			if p.c.Rules == nil {
				p.c.Rules = map[string]string{}
			}
			p.c.Rules[key.Value] = value.Value
		}
	})
}

func (p *parser) choice(f *field, n *yaml.Node, at string) bool {
	if !p.is(n, yaml.ScalarNode, at) {
		return false
	}
	if n.Tag != "!!str" || !slices.Contains(f.choices, n.Value) {
		remedy := "write one of these"
		if near := names.Nearest(n.Value, f.choices); near != "" {
			remedy = fmt.Sprintf("did you mean %q?", near)
		}
		p.wrong(n, at, quote(n.Value)+" is none of "+strings.Join(f.choices, ", "), remedy)
		return false
	}
	return true
}

func (p *parser) texts(f *field, n *yaml.Node, at string) {
	if !p.few(f, n, at) {
		return
	}
	list := f.at(&p.c).(*[]string)
	for i, item := range n.Content {
		here := join(at, strconv.Itoa(i))
		if p.plain(item, here) && p.text(f, item, here) {
			*list = append(*list, item.Value)
		}
	}
	if f.need && len(n.Content) == 0 {
		p.wrong(n, at, "it is empty", "write one at least")
	}
}

func (p *parser) few(f *field, n *yaml.Node, at string) bool {
	if len(n.Content) > f.max {
		p.wrong(n, at, fmt.Sprintf("it has %d items", len(n.Content)), fmt.Sprintf("keep at most %d", f.max))
		return false
	}
	return true
}

func (p *parser) text(f *field, n *yaml.Node, at string) bool {
	if !p.is(n, yaml.ScalarNode, at) {
		return false
	}
	problem, remedy := "", ""
	switch s := n.Value; {
	case n.Tag != "!!str":
		problem, remedy = "it is "+kindOf(n)+", not text", fmt.Sprintf("put it in quotes: %q", short(s))
	case s == "":
		problem, remedy = "it is empty", "write it, or leave it out"
	case len(s) > maxText:
		problem, remedy = fmt.Sprintf("it has %d bytes", len(s)), fmt.Sprintf("write at most %d", maxText)
	case strings.IndexFunc(s, unicode.IsControl) >= 0 && !strings.ContainsAny(s, "\n\r"):
		problem, remedy = quote(s)+" has a control character", "take it away"
	default:
		if problem, remedy = f.check(s); problem != "" {
			problem = quote(s) + ": " + problem
		}
	}
	if problem != "" {
		p.wrong(n, at, problem, remedy)
	}
	return problem == ""
}

func (p *parser) is(n *yaml.Node, kind yaml.Kind, at string) bool {
	if n.Kind != kind {
		remedy := map[yaml.Kind]string{
			yaml.MappingNode:  "write its keys below it, indented",
			yaml.SequenceNode: "write a list, [] for none",
			yaml.ScalarNode:   "write one value",
		}[kind]
		p.wrong(n, at, "it is "+kindOf(n)+", not "+nameOf(kind), remedy)
	}
	return n.Kind == kind
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

// short is a key or name of a file as a fault may show it.
func short(s string) string {
	const most = 64
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	if strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
		return strconv.Quote(s)
	}
	return s
}

func quote(s string) string {
	const most = 80
	if len(s) > most {
		return strconv.Quote(strings.ToValidUTF8(s[:most], "")) + "…"
	}
	return strconv.Quote(s)
}
