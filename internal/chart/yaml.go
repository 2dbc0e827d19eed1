package chart

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

const (
	maxNodes = 500_000 // of a document, with its aliases written out
	maxDepth = 500
)

// ReadValues reads YAML as Helm reads values: every number is a float64, an unquoted yes, no, on,
// off, y or n is a bool, and a file of several documents is merged. No content is no values.
//
// It fails with an *Error.
func ReadValues(content []byte) (map[string]any, error) {
	if len(content) > maxFile {
		return nil, &Error{Message: ErrTooLarge.Error(), cause: ErrTooLarge}
	}
	values := map[string]any{}
	d := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var doc yaml.Node
		err := d.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return nil, syntax(err)
		}
		v, _, err := decode(&doc)
		if err != nil {
			return nil, err
		}
		switch v := v.(type) {
		case nil:
		case map[string]any:
			values = mergeMaps(values, v)
		default:
			return nil, &Error{Line: doc.Line, Message: "not a mapping at its top", Hint: "write key: value"}
		}
	}
}

// mergeMaps lets b win over a; maps are merged. Nothing is removed: a nil stays.
func mergeMaps(a, b map[string]any) map[string]any {
	out := make(map[string]any, len(a)+len(b))
	maps.Copy(out, a)
	for k, v := range b {
		if vm, ok := v.(map[string]any); ok {
			if am, ok := out[k].(map[string]any); ok {
				out[k] = mergeMaps(am, vm)
				continue
			}
		}
		out[k] = v
	}
	return out
}

// syntax turns an error of the YAML parser into one with its line.
func syntax(err error) *Error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	e := &Error{Message: message, Hint: "mend the YAML", cause: err}
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		if number, after, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				e.Line, e.Message = n, after
			}
		}
	}
	return e
}

// ReadYAML reads the first document of YAML, as Kubernetes does. It fails with an *Error.
func ReadYAML(content string) (any, error) {
	d := yaml.NewDecoder(strings.NewReader(content))
	var doc yaml.Node
	if err := d.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, syntax(err)
	}
	v, _, err := decode(&doc)
	return v, err
}

// decode returns what a node means as JSON: nil, bool, float64, string, []any, map[string]any,
// and the keys that a mapping has twice (the last one counts).
func decode(n *yaml.Node) (any, []Twice, error) {
	d := decoder{left: maxNodes}
	v, err := d.value(n, 0)
	return v, d.twice, err
}

// Twice is a key that a mapping has more than once.
type Twice struct {
	Key  string
	Line int // of the last one
}

type decoder struct {
	left  int
	twice []Twice
}

func (d *decoder) value(n *yaml.Node, depth int) (any, error) {
	if d.left--; d.left < 0 || depth > maxDepth {
		return nil, &Error{Line: n.Line, Message: "the YAML is too large, or nested too deep", cause: ErrTooLarge}
	}
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) != 1 {
			return nil, nil
		}
		return d.value(n.Content[0], depth+1)
	case yaml.AliasNode:
		if n.Alias == nil {
			return nil, nil
		}
		return d.value(n.Alias, depth+1)
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, c := range n.Content {
			v, err := d.value(c, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case yaml.MappingNode:
		return d.mapping(n, depth)
	case yaml.ScalarNode:
		return scalar(n)
	}
	return nil, nil
}

func (d *decoder) mapping(n *yaml.Node, depth int) (any, error) {
	m := make(map[string]any, len(n.Content)/2)
	own := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if isMerge(k) {
			if err := d.merge(m, own, v, depth); err != nil {
				return nil, err
			}
			continue
		}
		key, err := keyOf(k)
		if err != nil {
			return nil, err
		}
		value, err := d.value(v, depth+1)
		if err != nil {
			return nil, err
		}
		if own[key] {
			d.twice = append(d.twice, Twice{key, k.Line})
		}
		own[key] = true
		m[key] = value
	}
	return m, nil
}

// merge adds what << names; the mapping's own keys win.
func (d *decoder) merge(m map[string]any, own map[string]bool, n *yaml.Node, depth int) error {
	v, err := d.value(n, depth+1)
	if err != nil {
		return err
	}
	list := []any{v}
	if l, ok := v.([]any); ok {
		list = l
	}
	for i := len(list) - 1; i >= 0; i-- { // the first one wins
		from, ok := list[i].(map[string]any)
		if !ok {
			return &Error{Line: n.Line, Message: "<< must name a mapping", Hint: "mend the YAML"}
		}
		for k, v := range from {
			if !own[k] {
				m[k] = v
			}
		}
	}
	return nil
}

func isMerge(k *yaml.Node) bool {
	return k.Kind == yaml.ScalarNode && (k.Tag == "!!merge" || k.Value == "<<" && k.Style == 0)
}

// keyOf returns the key as JSON has it: on becomes "true", 0x1 becomes "1".
func keyOf(n *yaml.Node) (string, error) {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	if n.Kind != yaml.ScalarNode {
		return "", &Error{Line: n.Line, Message: "a key is no text", Hint: "quote it"}
	}
	v, err := scalar(n)
	if err != nil {
		return "", err
	}
	if v == nil {
		return "", &Error{Line: n.Line, Message: "a key is null", Hint: "quote it"}
	}
	return coerced(v), nil
}

// coerced returns a scalar as text, as sigs.k8s.io/yaml does where text is asked for.
func coerced(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return strconv.FormatInt(int64(v), 10)
		}
		return strconv.FormatFloat(v, 'g', -1, 32)
	}
	return ""
}

func scalar(n *yaml.Node) (any, error) {
	if n.Style&yaml.TaggedStyle != 0 {
		switch n.ShortTag() {
		case "!!str":
			return n.Value, nil
		case "!!binary":
			b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.Value), ""))
			if err != nil {
				return nil, &Error{Line: n.Line, Message: "!!binary is no base64", cause: err}
			}
			return string(b), nil
		case "!!float", "!!int", "!!bool", "!!null":
			return Plain(n.Value), nil
		}
		return n.Value, nil
	}
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return n.Value, nil
	}
	v := Plain(n.Value)
	if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return nil, &Error{Line: n.Line, Message: n.Value + " has no place in JSON", Hint: "quote it"}
	}
	return v, nil
}

var yamlFloat = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
})

// Plain returns what an unquoted scalar means in YAML 1.1 as Kubernetes reads it: nil, a bool, a
// float64 or a string.
func Plain(s string) any {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return nil
	case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return true
	case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return false
	case ".nan", ".NaN", ".NAN":
		return math.NaN()
	case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF":
		return math.Inf(1)
	case "-.inf", "-.Inf", "-.INF":
		return math.Inf(-1)
	}
	if v, ok := number(s); ok {
		return v
	}
	return s
}

func number(s string) (float64, bool) {
	switch {
	case s[0] == '.':
		f, err := strconv.ParseFloat(s, 64)
		return f, err == nil
	case !strings.ContainsRune("+-0123456789", rune(s[0])):
		return 0, false
	}
	plain := strings.ReplaceAll(s, "_", "")
	if i, err := strconv.ParseInt(plain, 0, 64); err == nil {
		return float64(i), true
	}
	if u, err := strconv.ParseUint(plain, 0, 64); err == nil {
		return float64(u), true
	}
	if yamlFloat().MatchString(plain) {
		f, err := strconv.ParseFloat(plain, 64)
		return f, err == nil
	}
	return 0, false
}

// A Document is one of a stream of YAML documents.
type Document struct {
	Line   int // where it begins in the stream, from 1
	Value  any
	Root   *yaml.Node // its lines count from the stream's beginning
	Twice  []Twice
	Err    *Error // what kept it from being read, with a line of the stream
	Source string
}

// Documents splits a stream as Helm does, at lines that begin with ---, and reads each document.
// Empty ones are left out. It never fails: what is no YAML has its Err.
func Documents(stream string) []Document {
	var docs []Document
	for _, part := range splitDocuments(stream) {
		if d, ok := readDocument(part.text, part.line); ok {
			docs = append(docs, d)
		}
	}
	return docs
}

type part struct {
	text string
	line int
}

func splitDocuments(stream string) []part {
	var parts []part
	var b strings.Builder
	begin, line := 1, 0
	for l := range strings.Lines(stream) {
		line++
		if rest, ok := strings.CutPrefix(l, "---"); ok {
			parts = append(parts, part{b.String(), begin})
			b.Reset()
			begin = line
			b.WriteString(strings.TrimLeft(rest, " \t"))
			continue
		}
		b.WriteString(l)
	}
	return append(parts, part{b.String(), begin})
}

func readDocument(content string, line int) (Document, bool) {
	doc := Document{Line: line, Source: content}
	fail := func(e *Error) (Document, bool) {
		failed := *e
		failed.Line = line + min(max(e.Line-1, 0), strings.Count(content, "\n")) // YAML knows more line breaks
		doc.Err = &failed
		return doc, true
	}
	if strings.TrimSpace(content) == "" {
		return doc, false
	}
	if len(content) > maxFile {
		return fail(&Error{Message: ErrTooLarge.Error(), cause: ErrTooLarge})
	}
	var root yaml.Node
	d := yaml.NewDecoder(strings.NewReader(content))
	if err := d.Decode(&root); errors.Is(err, io.EOF) {
		return doc, false
	} else if err != nil {
		return fail(syntax(err))
	}
	var err error
	doc.Value, doc.Twice, err = decode(&root)
	if err != nil {
		if e, ok := errors.AsType[*Error](err); ok {
			return fail(e)
		}
		return fail(&Error{Message: err.Error(), cause: err})
	}
	if doc.Value == nil {
		return doc, false
	}
	doc.Root = &root
	move(&root, line-1)
	for i := range doc.Twice {
		doc.Twice[i].Line += line - 1
	}
	return doc, true
}

// move adds to the lines of a node and all below it. Aliases point to nodes that are moved in
// their own place.
func move(n *yaml.Node, lines int) {
	n.Line += lines
	for _, c := range n.Content {
		move(c, lines)
	}
}

// LineOf returns the line of what stands at a path of keys and indices, or of what is nearest to
// it on the way; 0 when there is nothing at all.
func LineOf(n *yaml.Node, path ...any) int {
	if n == nil {
		return 0
	}
	if n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
		n = n.Content[0]
	}
	line := n.Line
	for _, step := range path {
		if n.Kind == yaml.AliasNode && n.Alias != nil {
			n = n.Alias
		}
		next, at := below(n, step)
		if next == nil {
			break
		}
		n, line = next, at
	}
	return line
}

func below(n *yaml.Node, step any) (*yaml.Node, int) {
	switch step := step.(type) {
	case string:
		if n.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == step {
					return n.Content[i+1], n.Content[i].Line
				}
			}
		}
	case int:
		if n.Kind == yaml.SequenceNode && 0 <= step && step < len(n.Content) {
			return n.Content[step], n.Content[step].Line
		}
	}
	return nil, 0
}
