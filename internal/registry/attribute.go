package registry

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
)

// What the mappings may have that define attributes, and refer to them.
const (
	attributeFields = "key id name type brief note examples stability deprecated annotations tag"
	useFields       = "ref ref_group base brief note examples stability deprecated annotations tag requirement_level sampling_relevant role provenance"
	memberFields    = "id value brief note stability deprecated annotations"
)

// define takes the definition of an attribute.
func (f *file) define(n *yaml.Node, prefix string) (Attribute, bool) {
	before := len(f.faults)
	a := Attribute{
		Key: f.text(n, "key", "id", "name"), Brief: f.prose(n, "brief"), Stability: f.text(n, "stability"),
		From: f.from, File: f.name, Line: n.Line, Column: n.Column,
	}
	if prefix != "" && a.Key != "" {
		a.Key = prefix + "." + a.Key
	}
	if problem := keyProblem(a.Key); problem != "" && len(f.faults) == before {
		f.fault(n, "give it a key such as acme.tenant.id", "%s", problem)
	}
	if len(f.faults) > before {
		return a, false
	}
	f.kind(n, &a)
	a.Deprecated = f.deprecation(n, a.Key)
	if f.signals {
		a.Note, a.Examples = f.prose(n, "note"), f.examples(n)
		a.Exclude, a.hidden = f.excluded(n)
	}
	return a, len(f.faults) == before && !f.full
}

// add takes an attribute into the registry.
func (f *file) add(a Attribute) {
	if len(f.found) >= maxAttributes {
		f.stop(tooMany(a))
		return
	}
	f.found = append(f.found, a)
}

func tooMany(a Attribute) *fault.Fault {
	return &fault.Fault{
		File: a.File, Line: a.Line, Column: a.Column,
		Problem: fmt.Sprintf("the registry has more than %d attributes", maxAttributes), Remedy: "divide it into several registries",
	}
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

// types are the names that a type may have, for the nearest of them.
var types = [...]string{"string", "int", "double", "boolean", "any", "string[]", "int[]", "double[]", "boolean[]", "template[string]"}

// kind takes the type: a name, or the members of an enum.
func (f *file) kind(n *yaml.Node, a *Attribute) {
	t := field(n, "type")
	switch {
	case !isSet(t):
		f.fault(n, "give it one, such as type: string", "attribute %q has no type", a.Key)
	case t.Kind == yaml.ScalarNode:
		a.Type = t.Value
		if !isType(a.Type) {
			f.fault(t, typeRemedy(a.Type), "attribute %q: type %q is none of string, int, double, boolean, any, these with [], template[...], or a mapping with members", a.Key, a.Type)
		}
	case field(t, "members") == nil:
		f.fault(t, "add members:, or write the name of a type", "attribute %q: the type has no members", a.Key)
	default:
		a.Type = "enum"
		before := len(f.faults)
		seen := map[string]int{} // lines by ID
		f.each(t, "members", func(m *yaml.Node) { f.member(m, a, seen) })
		if f.signals && len(a.Members) == 0 && len(f.faults) == before {
			f.fault(t, "add members, or write type: string", "attribute %q: the enum has no members", a.Key)
		}
	}
}

// typeRemedy says which type was probably meant.
func typeRemedy(got string) string {
	other := map[string]string{
		"bool": "boolean", "integer": "int", "int64": "int", "long": "int", "number": "double", "float": "double", "float64": "double",
		"str": "string", "text": "string", "strings": "string[]", "enum": "a mapping with members:",
	}[strings.ToLower(got)]
	if other == "" {
		other = names.Nearest(got, types[:])
	}
	if other == "" {
		return "write one of these"
	}
	return "did you mean " + other + "?"
}

// member takes a value of an enum. seen has the lines of those before by their IDs.
func (f *file) member(n *yaml.Node, a *Attribute, seen map[string]int) {
	v := field(n, "value")
	id := f.text(n, "id")
	if v == nil && id != "" && f.signals {
		v = field(n, "id") // the default of version 2
	}
	if v == nil || v.Kind != yaml.ScalarNode {
		f.fault(n, "give it one, such as value: open", "attribute %q: a member has no value", a.Key)
		return
	}
	if f.members++; f.members > maxMembers {
		f.stop(f.at(n, "divide the registry", "more than %d members of enums", maxMembers))
		return
	}
	m := Member{ID: id, Value: v.Value, Brief: f.prose(n, "brief")}
	if f.signals {
		f.known(n, "a member", memberFields)
		m.Note, m.Stability = f.prose(n, "note"), f.text(n, "stability")
		m.Type, m.Line, m.Column = scalarType(v), n.Line, n.Column
		m.Deprecated = f.deprecation(n, a.Key)
		m.Exclude, _ = f.excluded(n)
		if len(a.Members) > 0 && a.Members[0].Type != m.Type {
			f.fault(v, "give all members values of one type; quote texts", "attribute %q: the value %s is of type %s, that of the first member of type %s", a.Key, v.Value, m.Type, a.Members[0].Type)
		}
		if line, twice := seen[m.ID]; twice {
			f.fault(n, "give each member an id of its own", "attribute %q: the member %q is there twice, first at line %d", a.Key, m.ID, line)
		}
		seen[m.ID] = n.Line
	}
	a.Members = append(a.Members, m)
}

// scalarType returns the type of a value as YAML reads it.
func scalarType(n *yaml.Node) string {
	switch n.Tag {
	case "!!int":
		return "int"
	case "!!float":
		return "double"
	case "!!bool":
		return "boolean"
	}
	return "string"
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

// deprecation takes why something is deprecated: a mapping, or in older files a text.
func (f *file) deprecation(n *yaml.Node, key string) *Deprecation {
	d := field(n, "deprecated")
	switch {
	case !isSet(d):
		return nil
	case d.Kind == yaml.ScalarNode:
		return &Deprecation{Note: f.prose(n, "deprecated")}
	case d.Kind != yaml.MappingNode:
		f.fault(d, "write reason: and note:", "attribute %q: deprecated has to be a mapping or a text", key)
		return nil
	}
	dep := &Deprecation{Reason: f.text(d, "reason", "action"), RenamedTo: f.text(d, "renamed_to", "new_name"), Note: f.prose(d, "note")}
	if dep.Reason == "renamed" && dep.RenamedTo == "" {
		f.fault(d, "add renamed_to:, or give another reason", "attribute %q is renamed, but renamed_to is missing", key)
	}
	return dep
}

// examples takes the examples: one value, or a list of them.
func (f *file) examples(n *yaml.Node) []string {
	const most = 100
	e := field(n, "examples")
	if !isSet(e) {
		return nil
	}
	if e.Kind != yaml.SequenceNode {
		return []string{f.example(e, 0)}
	}
	var list []string
	for i, item := range e.Content {
		if i == most {
			break
		}
		list = append(list, f.example(resolve(item), 0))
	}
	return list
}

// example returns a value as it is shown: texts in quotes, lists in brackets.
func (f *file) example(n *yaml.Node, depth int) string {
	const most, deepest = 20, 2
	switch {
	case n == nil || depth > deepest:
		return "..."
	case n.Kind == yaml.ScalarNode:
		if f.texts += len(n.Value); f.texts > maxTexts {
			f.stop(f.at(n, "write texts once, and shorter", "all texts together have more than %d MiB", maxTexts>>20))
			return "..."
		}
		if n.Tag == "!!str" || n.Tag == "!!timestamp" {
			return fmt.Sprintf("%q", strings.TrimSpace(n.Value))
		}
		return n.Value
	case n.Kind == yaml.SequenceNode:
		var parts []string
		for i, item := range n.Content {
			if i == most {
				parts = append(parts, "...")
				break
			}
			parts = append(parts, f.example(resolve(item), depth+1))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return "..."
}

// excluded reports whether annotations say that no code is wanted, and that registries which
// depend on this one do not see the definition.
func (f *file) excluded(n *yaml.Node) (fromCode, fromOthers bool) {
	a := field(n, "annotations")
	if !isSet(a) {
		return false, false
	}
	if a.Kind != yaml.MappingNode {
		f.fault(a, "write names with values", "annotations have to be a mapping")
		return false, false
	}
	return f.flag(field(a, "code_generation"), "exclude"), f.flag(field(a, "dependency_resolution"), "exclude")
}

// use takes what is said of an attribute where it is referred to.
func (f *file) use(n *yaml.Node) Use {
	u := Use{Sampling: f.flag(n, "sampling_relevant")}
	u.Brief, u.Note, u.Stability = f.prose(n, "brief"), f.prose(n, "note"), f.text(n, "stability")
	u.Examples = f.examples(n)
	u.Deprecated = f.deprecation(n, f.text(n, "ref"))
	u.Level, u.Condition = f.level(n)
	u.Identifying = f.text(n, "role") == "identifying"
	return u
}

// level takes a requirement level: a name, or a name with a condition.
func (f *file) level(n *yaml.Node) (Level, string) {
	v := field(n, "requirement_level")
	switch {
	case !isSet(v):
		return "", ""
	case v.Kind == yaml.ScalarNode:
		return f.levelName(v, v.Value), ""
	case v.Kind == yaml.MappingNode && len(v.Content) == 2:
		return f.levelName(v.Content[0], v.Content[0].Value), f.prose(v, v.Content[0].Value)
	}
	f.fault(v, "write required, recommended, opt_in, or conditionally_required: with the condition", "requirement_level has to be a name, or a name with one condition")
	return "", ""
}

func (f *file) levelName(n *yaml.Node, s string) Level {
	switch l := Level(s); l {
	case Required, Recommended, OptIn, Conditional:
		return l
	case "optional":
		return OptIn // of older files
	}
	remedy := "write one of these"
	if near := names.Nearest(s, []string{string(Required), string(Recommended), string(OptIn), string(Conditional)}); near != "" {
		remedy = "did you mean " + near + "?"
	}
	f.fault(n, remedy, "requirement_level %q is none of required, conditionally_required, recommended, opt_in", s)
	return ""
}
