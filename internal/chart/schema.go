package chart

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Problem is a value that the schema does not take.
type Problem struct {
	Path    []any  // keys and indices from the top of the values
	Keyword string // of the schema
	Message string // what is wrong, without the path
}

// Where writes the path as it is written in a command: image.digest, calls[0].port.
func (p Problem) Where() string { return Where(p.Path) }

// Where writes a path of keys and indices.
func Where(path []any) string {
	var b strings.Builder
	for _, step := range path {
		switch step := step.(type) {
		case int:
			fmt.Fprintf(&b, "[%d]", step)
		case string:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step)
		}
	}
	return b.String()
}

// Validate compares values that Values returned with values.schema.json. A chart without a
// schema takes all. Keywords of the schema that are not known here do not count and are
// returned, sorted, by unknown.
//
// It fails with an *Error when the schema is no schema.
func (c *Chart) Validate(values map[string]any) (problems []Problem, unknown []string, err error) {
	if c.Schema == nil {
		return nil, nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(c.Schema))
	var root any
	if err := d.Decode(&root); err != nil {
		return nil, nil, &Error{File: "values.schema.json", Message: "no JSON: " + err.Error(), Hint: "mend the schema", cause: err}
	}
	v := &validator{root: root, unknown: map[string]bool{}, steps: maxSteps / 5}
	if s, ok := root.(map[string]any); ok {
		dialect, _ := s["$schema"].(string)
		v.old = strings.Contains(dialect, "/draft-0")
	}
	v.check(root, any(values), nil, 0)
	if v.err != nil {
		return nil, nil, &Error{File: "values.schema.json", Message: v.err.Error(), Hint: "mend the schema", cause: v.err}
	}
	slices.SortStableFunc(v.problems, func(a, b Problem) int { return strings.Compare(a.Where(), b.Where()) })
	return v.problems, slices.Sorted(maps.Keys(v.unknown)), nil
}

// validator knows the keywords of JSON Schema, drafts 6 to 2020-12, that need no other document, but for
// unevaluatedProperties and unevaluatedItems.
type validator struct {
	root     any
	problems []Problem
	unknown  map[string]bool
	steps    int
	old      bool // draft 7 or older, in which nothing counts beside $ref
	err      error
}

func (v *validator) report(path []any, keyword, format string, args ...any) {
	if len(v.problems) < 1000 {
		v.problems = append(v.problems, Problem{slices.Clone(path), keyword, fmt.Sprintf(format, args...)})
	}
}

func (v *validator) fail(format string, args ...any) {
	if v.err == nil {
		v.err = fmt.Errorf(format, args...)
	}
}

// matches reports whether a value fits, without reporting why not.
func (v *validator) matches(schema, value any, path []any, depth int) bool {
	before := v.problems
	v.problems = nil
	v.check(schema, value, path, depth)
	ok := len(v.problems) == 0
	v.problems = before
	return ok
}

func (v *validator) check(schema, value any, path []any, depth int) {
	if v.steps--; v.steps < 0 || depth > maxDepth {
		v.fail("the schema is too large, or a $ref of it leads to itself")
	}
	if v.err != nil {
		return
	}
	switch s := schema.(type) {
	case bool:
		if !s {
			v.report(path, "false", "is not allowed")
		}
	case map[string]any:
		if _, ok := s["$ref"]; ok && v.old {
			v.keyword(s, "$ref", value, path, depth+1)
			return
		}
		for _, keyword := range slices.Sorted(maps.Keys(s)) {
			v.keyword(s, keyword, value, path, depth+1)
		}
	default:
		v.fail("a schema must be an object or a boolean")
	}
}

func (v *validator) keyword(s map[string]any, keyword string, value any, path []any, depth int) {
	arg := s[keyword]
	switch keyword {
	case "$schema", "$id", "$comment", "$defs", "definitions", "$anchor", "title", "description", "default", "examples",
		"deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType",
		"then", "else", "minContains", "maxContains", "markdownDescription":
		// they say something, or belong to another keyword
	case "$ref":
		if target, ok := v.resolve(arg); ok {
			v.check(target, value, path, depth)
		}
	case "type":
		v.types(arg, value, path)
	case "enum":
		list, _ := arg.([]any)
		if !slices.ContainsFunc(list, func(x any) bool { return equal(x, value) }) {
			v.report(path, keyword, "%s is none of %s", shown(value), shownList(list))
		}
	case "const":
		if !equal(arg, value) {
			v.report(path, keyword, "%s is not %s", shown(value), shown(arg))
		}
	case "allOf", "anyOf", "oneOf", "not", "if":
		v.combination(s, keyword, value, path, depth)
	case "properties", "patternProperties", "additionalProperties", "required", "minProperties", "maxProperties",
		"propertyNames", "dependentRequired", "dependentSchemas":
		if m, ok := value.(map[string]any); ok {
			v.object(s, keyword, m, path, depth)
		}
	case "items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains":
		if list, ok := value.([]any); ok {
			v.array(s, keyword, list, path, depth)
		}
	case "pattern", "minLength", "maxLength":
		if text, ok := value.(string); ok {
			v.text(keyword, arg, text, path)
		}
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
		if number, ok := asNumber(value); ok {
			v.number(keyword, arg, number, path)
		}
	case "format": // a claim since 2019, before that a rule
		if _, ok := value.(string); ok && v.old {
			v.unknown[fmt.Sprint("format ", arg)] = true
		}
	default:
		if !strings.HasPrefix(keyword, "x-") {
			v.unknown[keyword] = true
		}
	}
}

// resolve follows a pointer within the schema.
func (v *validator) resolve(arg any) (any, bool) {
	ref, _ := arg.(string)
	pointer, local := strings.CutPrefix(ref, "#")
	if !local || pointer != "" && pointer[0] != '/' {
		v.unknown["$ref to "+ref] = true
		return nil, false
	}
	at := v.root
	if pointer != "" {
		for step := range strings.SplitSeq(pointer[1:], "/") {
			step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
			switch in := at.(type) {
			case map[string]any:
				at = in[step]
			case []any:
				at = nil
				if i, err := strconv.Atoi(step); err == nil && 0 <= i && i < len(in) {
					at = in[i]
				}
			default:
				at = nil
			}
		}
	}
	if at == nil {
		v.fail("$ref %q leads nowhere", ref)
	}
	return at, at != nil
}

func (v *validator) types(arg, value any, path []any) {
	var want []string
	switch arg := arg.(type) {
	case string:
		want = []string{arg}
	case []any:
		for _, x := range arg {
			if name, ok := x.(string); ok {
				want = append(want, name)
			}
		}
	}
	if !slices.ContainsFunc(want, func(name string) bool { return isType(name, value) }) {
		v.report(path, "type", "got %s, want %s", typeOf(value), strings.Join(want, " or "))
	}
}

func isType(name string, value any) bool {
	if name == "integer" {
		n, ok := asNumber(value)
		return ok && n == math.Trunc(n)
	}
	return name == typeOf(value)
}

func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case map[string]any:
		return "object"
	case []any:
		return "array"
	}
	if _, ok := asNumber(value); ok {
		return "number"
	}
	return reflect.TypeOf(value).String()
}

func asNumber(value any) (float64, bool) {
	switch value.(type) {
	case nil, bool, string, map[string]any, []any:
		return 0, false
	}
	r := reflect.ValueOf(value)
	switch {
	case r.CanFloat():
		return r.Float(), true
	case r.CanInt():
		return float64(r.Int()), true
	case r.CanUint():
		return float64(r.Uint()), true
	}
	return 0, false
}

func equal(a, b any) bool {
	x, ok := asNumber(a)
	y, ok2 := asNumber(b)
	if ok && ok2 {
		return x == y
	}
	return reflect.DeepEqual(a, b)
}

func (v *validator) combination(s map[string]any, keyword string, value any, path []any, depth int) {
	arg := s[keyword]
	list, _ := arg.([]any)
	count := func() (n int) {
		for _, each := range list {
			if v.matches(each, value, path, depth) {
				n++
			}
		}
		return n
	}
	switch keyword {
	case "allOf":
		for _, each := range list {
			v.check(each, value, path, depth)
		}
	case "anyOf":
		if count() == 0 {
			v.alternatives(list, value, path, depth)
		}
	case "oneOf":
		switch n := count(); {
		case n == 0:
			v.alternatives(list, value, path, depth)
		case n > 1:
			v.report(path, keyword, "fits %d of the alternatives that exclude each other", n)
		}
	case "not":
		if v.matches(arg, value, path, depth) {
			v.report(path, keyword, "%s is what it must not be", shown(value))
		}
	case "if":
		branch := "else"
		if v.matches(arg, value, path, depth) {
			branch = "then"
		}
		if next, ok := s[branch]; ok {
			v.check(next, value, path, depth)
		}
	}
}

// alternatives reports why a value fits none: what is wrong with the only one, else that alone.
func (v *validator) alternatives(list []any, value any, path []any, depth int) {
	if len(list) == 1 {
		v.check(list[0], value, path, depth)
		return
	}
	v.report(path, "anyOf", "%s fits none of the %d alternatives", shown(value), len(list))
}

func (v *validator) object(s map[string]any, keyword string, m map[string]any, path []any, depth int) {
	arg := s[keyword]
	args, _ := arg.(map[string]any)
	list, _ := arg.([]any)
	limit, _ := asNumber(arg)
	switch keyword {
	case "properties":
		for _, name := range slices.Sorted(maps.Keys(args)) {
			if value, ok := m[name]; ok {
				v.check(args[name], value, append(path, name), depth)
			}
		}
	case "patternProperties":
		for _, pattern := range slices.Sorted(maps.Keys(args)) {
			for _, name := range slices.Sorted(maps.Keys(m)) {
				if v.regexp(pattern, name) {
					v.check(args[pattern], m[name], append(path, name), depth)
				}
			}
		}
	case "additionalProperties":
		for _, name := range v.additional(s, m) {
			if arg == false {
				v.report(append(path, name), keyword, "there is no such value")
			} else {
				v.check(arg, m[name], append(path, name), depth)
			}
		}
	case "required":
		for _, x := range list {
			if name, _ := x.(string); name != "" {
				if _, ok := m[name]; !ok {
					v.report(append(path, name), keyword, "is missing")
				}
			}
		}
	case "minProperties":
		if float64(len(m)) < limit {
			v.report(path, keyword, "has %d keys, and needs %v", len(m), limit)
		}
	case "maxProperties":
		if float64(len(m)) > limit {
			v.report(path, keyword, "has %d keys, and may have %v", len(m), limit)
		}
	case "propertyNames":
		for _, name := range slices.Sorted(maps.Keys(m)) {
			v.check(arg, name, append(path, name), depth)
		}
	case "dependentRequired":
		for _, name := range slices.Sorted(maps.Keys(args)) {
			if _, ok := m[name]; !ok {
				continue
			}
			for _, x := range items(args[name]) {
				needed, _ := x.(string)
				if _, ok := m[needed]; !ok {
					v.report(append(path, needed), keyword, "is missing, and %s needs it", name)
				}
			}
		}
	case "dependentSchemas":
		for _, name := range slices.Sorted(maps.Keys(args)) {
			if _, ok := m[name]; ok {
				v.check(args[name], m, path, depth)
			}
		}
	}
}

// additional returns the keys that neither properties nor patternProperties name.
func (v *validator) additional(s, m map[string]any) []string {
	named, _ := s["properties"].(map[string]any)
	patterns, _ := s["patternProperties"].(map[string]any)
	var names []string
	for name := range m {
		_, ok := named[name]
		for pattern := range patterns {
			ok = ok || v.regexp(pattern, name)
		}
		if !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (v *validator) array(s map[string]any, keyword string, list []any, path []any, depth int) {
	arg := s[keyword]
	limit, _ := asNumber(arg)
	prefix := items(s["prefixItems"])
	switch keyword {
	case "prefixItems":
		for i := range min(len(prefix), len(list)) {
			v.check(prefix[i], list[i], append(path, i), depth)
		}
	case "items":
		if each, ok := arg.([]any); ok { // the old form of prefixItems
			for i := range min(len(each), len(list)) {
				v.check(each[i], list[i], append(path, i), depth)
			}
			return
		}
		for i := len(prefix); i < len(list); i++ {
			v.check(arg, list[i], append(path, i), depth)
		}
	case "minItems":
		if float64(len(list)) < limit {
			v.report(path, keyword, "has %d items, and needs %v", len(list), limit)
		}
	case "maxItems":
		if float64(len(list)) > limit {
			v.report(path, keyword, "has %d items, and may have %v", len(list), limit)
		}
	case "uniqueItems":
		if arg != true {
			return
		}
		for i := range list {
			for j := range i {
				if v.steps--; v.steps > 0 && equal(list[i], list[j]) {
					v.report(append(path, i), keyword, "is there twice")
				}
			}
		}
	case "contains":
		low, high := 1.0, math.Inf(1)
		if n, ok := asNumber(s["minContains"]); ok {
			low = n
		}
		if n, ok := asNumber(s["maxContains"]); ok {
			high = n
		}
		n := 0.0
		for i := range list {
			if v.matches(arg, list[i], append(path, i), depth) {
				n++
			}
		}
		if n < low || n > high {
			v.report(path, keyword, "has %v items of the kind that is asked for", n)
		}
	}
}

func (v *validator) text(keyword string, arg any, text string, path []any) {
	limit, _ := asNumber(arg)
	switch keyword {
	case "pattern":
		if pattern, ok := arg.(string); ok && !v.regexp(pattern, text) {
			v.report(path, keyword, "%s does not match %s", shown(text), pattern)
		}
	case "minLength":
		if n := utf8.RuneCountInString(text); float64(n) < limit {
			v.report(path, keyword, "%s has %d characters, and needs %v", shown(text), n, limit)
		}
	case "maxLength":
		if n := utf8.RuneCountInString(text); float64(n) > limit {
			v.report(path, keyword, "%s has %d characters, and may have %v", shown(text), n, limit)
		}
	}
}

func (v *validator) number(keyword string, arg any, n float64, path []any) {
	limit, ok := asNumber(arg)
	if !ok {
		v.unknown[keyword+" that is no number"] = true
		return
	}
	switch keyword {
	case "minimum":
		if n < limit {
			v.report(path, keyword, "%v is less than %v", n, limit)
		}
	case "maximum":
		if n > limit {
			v.report(path, keyword, "%v is more than %v", n, limit)
		}
	case "exclusiveMinimum":
		if n <= limit {
			v.report(path, keyword, "%v is not more than %v", n, limit)
		}
	case "exclusiveMaximum":
		if n >= limit {
			v.report(path, keyword, "%v is not less than %v", n, limit)
		}
	case "multipleOf":
		if !multiple(n, limit) {
			v.report(path, keyword, "%v is no multiple of %v", n, limit)
		}
	}
}

// multiple counts in tenths, not in halves: 0.3 is a multiple of 0.1.
func multiple(n, of float64) bool {
	if math.IsInf(n, 0) || math.IsNaN(n) || of <= 0 || math.Abs(n) > 1e300 || of < 1e-300 {
		return true
	}
	a, ok := new(big.Rat).SetString(strconv.FormatFloat(n, 'g', -1, 64))
	b, ok2 := new(big.Rat).SetString(strconv.FormatFloat(of, 'g', -1, 64))
	return !ok || !ok2 || new(big.Rat).Quo(a, b).IsInt()
}

// regexp reports whether text matches; a pattern that Go does not know matches all.
func (v *validator) regexp(pattern, text string) bool {
	re, err := regexp.Compile(pattern)
	if err != nil {
		v.unknown["pattern "+pattern] = true
		return true
	}
	return re.MatchString(text)
}

// shown writes a value for a message.
func shown(value any) string {
	b, err := json.Marshal(value)
	s := string(b)
	if err != nil {
		s = fmt.Sprint(value)
	}
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}

func shownList(list []any) string {
	parts := make([]string, 0, len(list))
	for i, x := range list {
		if i == 20 {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, shown(x))
	}
	return strings.Join(parts, ", ")
}
