package trace

import (
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
)

// The verbs of comments, and those of the other generators, which may stand in the same interface.
var (
	ownVerbs   = []string{"attr", "attr!", "span", "ignore"}
	otherVerbs = []string{"http", "query", "header", "body", "timeout", "idempotent"}
	spanKeys   = []string{"name", "kind", "until", "skip"}
	spanKinds  = []string{"internal", "server", "client", "producer", "consumer"}
	spanEnds   = []string{"close", "recv", "return"}
)

// comments is what the comments at a method, or at an interface, say.
type comments struct {
	attributes []attrComment
	ignored    []ignoreComment
	span       spanComment
}

type attrComment struct {
	key, expr string // expr is "" where the comment stands at a parameter and means that
	force     bool   // the secret is named on purpose
	param     int    // index of the parameter at which it stands, -1 for none
	pos       token.Position
}

type ignoreComment struct {
	name string
	pos  token.Position
}

type spanComment struct {
	name, kind, until, skip string
	pos                     token.Position // of the last one; invalid when there is none
}

// add enters a comment. param is the index of the parameter at which it stands, -1 for none.
func (c *comments) add(d source.Directive, param int) *fault.Fault {
	switch {
	case d.Verb == "attr" || d.Verb == "attr!":
		return c.addAttr(d, param)
	case param >= 0 && slices.Contains(ownVerbs, d.Verb):
		return at(d.Pos, fmt.Sprintf("//gen:%s says nothing about a parameter", d.Verb), "put it above the method")
	case d.Verb == "span":
		return c.addSpan(d)
	case d.Verb == "ignore":
		return c.addIgnore(d)
	case slices.Contains(otherVerbs, d.Verb):
		return nil
	}
	remedy := "the verbs are " + list(ownVerbs)
	if near := names.Nearest(d.Verb, slices.Concat(ownVerbs, otherVerbs)); near != "" {
		remedy = fmt.Sprintf("did you mean //gen:%s?", near)
	}
	return at(d.Pos, fmt.Sprintf("//gen:%s is unknown", d.Verb), remedy)
}

func (c *comments) addAttr(d source.Directive, param int) *fault.Fault {
	key, expr, hasExpr := strings.Cut(d.Text, "=")
	key, expr = strings.TrimSpace(key), strings.TrimSpace(expr)
	words := strings.Fields(key)
	switch {
	case !hasExpr && len(words) == 2:
		return at(d.Pos, fmt.Sprintf("the key %q has a space in it", key), fmt.Sprintf("write //gen:%s %s=%s", d.Verb, strings.TrimRight(words[0], ":"), words[1]))
	case key == "":
		return at(d.Pos, "the attribute has no key", "write //gen:attr key=value")
	case hasExpr && expr == "", !hasExpr && param < 0:
		return at(d.Pos, fmt.Sprintf("the attribute %q has no value", key), fmt.Sprintf("write //gen:%s %s= and the name of a parameter", d.Verb, key))
	}
	if f := checkKey(key, d.Pos); f != nil {
		return f
	}
	if second := anotherAttr(expr); second != "" {
		return at(d.Pos, fmt.Sprintf("the attributes %q and %q stand in one comment", key, second), fmt.Sprintf("give each a comment of its own, //gen:%s %s=… in the next line", d.Verb, second))
	}
	c.attributes = append(c.attributes, attrComment{key, expr, d.Verb == "attr!", param, d.Pos})
	return nil
}

// anotherAttr is the key of what in an expression looks like a further attribute, key=expr; "" when
// nothing does.
func anotherAttr(expr string) string {
	if _, err := parse(expr); err == nil {
		return ""
	}
	for i, r := range expr {
		if r != ' ' && r != ',' && r != ';' {
			continue
		}
		key, value, found := strings.Cut(strings.TrimLeft(expr[i+1:], " \t"), "=")
		if found && value != "" && value[0] != '=' && checkKey(key, token.Position{}) == nil {
			return key
		}
	}
	return ""
}

// checkKey refuses a key that no attribute of the semantic conventions could have: words of
// letters, digits, "_" and "-", with dots between them.
//
// Source: OpenTelemetry, General naming considerations; "-" and capitals are let pass.
func checkKey(key string, pos token.Position) *fault.Fault {
	for word := range strings.SplitSeq(key, ".") {
		if word == "" {
			return at(pos, fmt.Sprintf("the key %q has a dot too many", key), "write names with one dot between them, such as order.id")
		}
		for _, r := range word {
			if !isKeyLetter(r) {
				return at(pos, fmt.Sprintf("the key %q has a %q in it", key, r), asKey(key))
			}
		}
	}
	switch first := rune(key[0]); {
	case key == errorType:
		return at(pos, fmt.Sprintf("the attribute %q is recorded anyway when a call fails", key), "leave it out")
	case !isLetter(first):
		return at(pos, fmt.Sprintf("the key %q begins with %q", key, first), "begin it with a letter")
	}
	return nil
}

func isLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

func isKeyLetter(r rune) bool { return isLetter(r) || '0' <= r && r <= '9' || r == '_' || r == '-' }

// asKey is the remedy against letters that are none of a key's.
func asKey(key string) string {
	word := func(r rune) bool { return !isKeyLetter(r) && r != '.' }
	if near := strings.ToLower(strings.Join(strings.FieldsFunc(key, word), "_")); len(near) > 2 {
		return fmt.Sprintf("write %q", near)
	}
	return `write letters, digits, "_" and "-", with dots between words`
}

func (c *comments) addIgnore(d source.Directive) *fault.Fault {
	errs := strings.FieldsFunc(d.Text, func(r rune) bool { return r == ' ' || r == ',' })
	if len(errs) == 0 {
		return at(d.Pos, "no error is named", "write //gen:ignore and the names of errors, such as io.EOF")
	}
	for _, name := range errs {
		c.ignored = append(c.ignored, ignoreComment{name, d.Pos})
	}
	return nil
}

func (c *comments) addSpan(d source.Directive) *fault.Fault {
	pairs, f := readPairs(d)
	if f != nil {
		return f
	}
	for _, p := range pairs {
		if f := c.span.set(p[0], p[1], d.Pos); f != nil {
			return f
		}
	}
	c.span.pos = d.Pos
	return nil
}

func (s *spanComment) set(key, value string, pos token.Position) *fault.Fault {
	field, allowed := (*string)(nil), []string(nil)
	switch key {
	case "name":
		field = &s.name
	case "skip":
		field = &s.skip
	case "kind":
		field, allowed = &s.kind, spanKinds
	case "until":
		field, allowed = &s.until, spanEnds
	default:
		return at(pos, fmt.Sprintf("//gen:span has no %q", key), nearest(key, spanKeys))
	}
	switch {
	case *field != "":
		return at(pos, fmt.Sprintf("%s is given twice", key), "leave one of the two out")
	case value == "":
		return at(pos, key+" has no value", fmt.Sprintf("write %s=%q", key, "…"))
	case !isPrintable(value):
		return at(pos, key+" has characters that cannot be printed", "leave them out")
	case allowed != nil && !slices.Contains(allowed, value):
		return at(pos, fmt.Sprintf("%s of a span is none of %s, but %q", key, list(allowed), value), nearest(value, allowed))
	}
	if key == "name" {
		if f := unknownVariable(value); f != nil {
			return at(pos, f.Problem, f.Remedy)
		}
	}
	*field = value
	return nil
}

// isPrintable says that a text can stand in a line of Go.
func isPrintable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// readPairs reads key=value and key="a value of several words".
func readPairs(d source.Directive) ([][2]string, *fault.Fault) {
	var pairs [][2]string
	rest := strings.TrimSpace(d.Text)
	for rest != "" {
		key, value, found := strings.Cut(rest, "=")
		if !found || strings.ContainsAny(key, " \"") {
			word, _, _ := strings.Cut(rest, " ")
			return nil, at(d.Pos, fmt.Sprintf("%q says nothing about a span", word), "write "+strings.Join(spanKeys, "=, ")+"=")
		}
		if !strings.HasPrefix(value, `"`) {
			value, rest, _ = strings.Cut(value, " ")
			pairs, rest = append(pairs, [2]string{key, value}), strings.TrimSpace(rest)
			continue
		}
		quoted, err := strconv.QuotedPrefix(value)
		if err != nil {
			return nil, at(d.Pos, fmt.Sprintf("the text of %s is not closed, or is no string of Go", key), `end it with "`)
		}
		rest = strings.TrimSpace(value[len(quoted):])
		value, _ = strconv.Unquote(quoted) // QuotedPrefix has judged it
		pairs = append(pairs, [2]string{key, value})
	}
	if len(pairs) == 0 {
		return nil, at(d.Pos, "//gen:span says nothing", "write "+strings.Join(spanKeys, "=, ")+"=")
	}
	return pairs, nil
}

// at is a fault at a place.
func at(pos token.Position, problem, remedy string) *fault.Fault {
	return &fault.Fault{File: pos.Filename, Line: pos.Line, Column: pos.Column, Problem: problem, Remedy: remedy}
}

// nearest is the remedy against a word that is none of those that are known.
func nearest(word string, known []string) string {
	if near := names.Nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "take one of " + list(known)
}

// list is words as a sentence has them: a, b and c.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
