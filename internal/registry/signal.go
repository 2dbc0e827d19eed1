package registry

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/internal/names"
)

// What the mappings may have that define signals.
const (
	version1Fields = "file_format groups imports version"
	version2Fields = "file_format version attributes attribute_groups metrics metric_refinements spans span_refinements events event_refinements entities entity_refinements imports"
	groupFields    = "id type name prefix brief note extends include_groups stability deprecated display_name attributes entity_associations annotations span_kind events metric_name instrument unit body requirement_level constraints visibility"
	signalFields   = "id ref brief note stability deprecated annotations attributes entity_associations requirement_level display_name provenance"
)

// version1 takes what a document in the syntax of version 1 defines.
func (f *file) version1(n *yaml.Node) {
	f.known(n, "the file", version1Fields)
	f.each(n, "groups", f.group)
	if f.signals {
		f.importsOf(n)
	}
}

// groupKinds says what the types of groups are definitions of.
var groupKinds = [...]struct {
	name string
	kind kind
}{
	{"attribute_group", aGroup},
	{"metric_group", aGroup},
	{"scope", aGroup},
	{"undefined", aGroup},
	{"metric", aMetric},
	{"span", aSpan},
	{"event", anEvent},
	{"entity", anEntity},
	{"resource", anEntity},
}

func (f *file) groupKind(n *yaml.Node) kind {
	t := field(n, "type")
	if !isSet(t) {
		if field(n, "span_kind") != nil || field(n, "attributes") == nil {
			return aSpan // the default of version 1
		}
		return aGroup
	}
	var all []string
	for _, k := range groupKinds {
		if k.name == t.Value {
			return k.kind
		}
		all = append(all, k.name)
	}
	remedy := "write one of these"
	if near := names.Nearest(t.Value, all); near != "" {
		remedy = "did you mean " + near + "?"
	}
	f.fault(t, remedy, "the type %q of a group is none of attribute_group, span, metric, event, entity, resource", t.Value)
	return aGroup
}

// group takes a group of version 1: the attributes that it defines, and the signal that it is.
func (f *file) group(n *yaml.Node) {
	prefix := f.text(n, "prefix")
	if !f.signals {
		f.each(n, "attributes", func(a *yaml.Node) {
			if field(a, "ref") == nil && field(a, "ref_group") == nil {
				if a, ok := f.define(a, prefix); ok {
					f.add(a)
				}
			}
		})
		return
	}
	f.known(n, "a group", groupFields)
	s := f.signal(n, f.groupKind(n))
	s.extends = append(f.list(n, "extends"), f.list(n, "include_groups")...)
	switch s.kind {
	case aMetric:
		s.Name = f.text(n, "metric_name")
	case anEvent, anEntity:
		s.Name = f.text(n, "name")
		if s.Name == "" {
			s.Name = firstOf(prefix, strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s.ID, "event."), "entity."), "resource."))
		}
	case aSpan:
		s.Name = strings.TrimPrefix(s.ID, "span.")
	default:
		s.Name = s.ID
	}
	f.each(n, "attributes", func(a *yaml.Node) { f.groupEntry(s, a, prefix) })
	if f.keep(n, s) {
		s.id, s.ID = s.ID, s.Name
	}
}

func firstOf(s ...string) string {
	for _, x := range s {
		if x != "" {
			return x
		}
	}
	return ""
}

// groupEntry takes an item of the attributes of a group: a reference, or a definition, which is
// one as well.
func (f *file) groupEntry(s *raw, n *yaml.Node, prefix string) {
	if !f.count(n) {
		return
	}
	e := entry{use: f.use(n)}
	switch {
	case field(n, "ref") != nil:
		f.known(n, "a reference", useFields)
		e.ref = f.ref(field(n, "ref"))
	case field(n, "ref_group") != nil:
		e.group = f.ref(field(n, "ref_group"))
	default:
		f.known(n, "an attribute", attributeFields+" requirement_level sampling_relevant role")
		a, ok := f.define(n, prefix)
		if !ok {
			return
		}
		f.add(a)
		e.use.Attribute = Attribute{}
		e.ref = name{text: a.Key, file: f.name, line: n.Line, column: n.Column}
	}
	if s.kind == anEntity && field(n, "role") == nil {
		e.use.Identifying = true
	}
	s.entries = append(s.entries, e)
}

// version2 takes what a document of the form definition/2 defines.
func (f *file) version2(n *yaml.Node) {
	f.each(n, "attributes", func(a *yaml.Node) {
		if field(a, "ref") != nil || field(a, "ref_group") != nil {
			return
		}
		f.knownAttribute(a)
		if a, ok := f.define(a, ""); ok {
			f.add(a)
		}
	})
	if !f.signals {
		return
	}
	f.known(n, "the file", version2Fields)
	f.each(n, "attribute_groups", func(n *yaml.Node) { f.definition(n, aGroup, "id", "visibility") })
	f.each(n, "metrics", func(n *yaml.Node) { f.definition(n, aMetric, "name", "name instrument unit") })
	f.each(n, "spans", func(n *yaml.Node) { f.definition(n, aSpan, "type", "type kind name") })
	f.each(n, "events", func(n *yaml.Node) { f.definition(n, anEvent, "name", "name body") })
	f.each(n, "entities", func(n *yaml.Node) { f.definition(n, anEntity, "type", "type identity description") })
	f.each(n, "metric_refinements", func(n *yaml.Node) { f.definition(n, aMetric, "", "") })
	f.each(n, "span_refinements", func(n *yaml.Node) { f.definition(n, aSpan, "", "name") })
	f.each(n, "event_refinements", func(n *yaml.Node) { f.definition(n, anEvent, "", "") })
	f.each(n, "entity_refinements", func(n *yaml.Node) { f.definition(n, anEntity, "", "identity description") })
	f.importsOf(n)
}

// knownAttribute warns of the fields of a definition of version 2 that are not known.
func (f *file) knownAttribute(n *yaml.Node) {
	f.known(n, "an attribute", attributeFields+" provenance")
}

// definition takes a signal of version 2. nameField holds its name; a refinement has none, but a
// reference to what it refines.
func (f *file) definition(n *yaml.Node, k kind, nameField, fields string) *raw {
	f.known(n, k.one(), signalFields+" "+fields)
	s := f.signal(n, k)
	if nameField != "" {
		s.Name = f.text(n, nameField)
		s.ID = s.Name
	} else {
		s.base = f.ref(field(n, "ref"))
		if s.base.text == "" {
			f.fault(n, "add a ref with the name of what it refines", "a refinement of %s has no ref", k.one())
		}
	}
	switch visibility := f.text(n, "visibility"); {
	case k != aGroup, visibility == "public":
	default:
		s.internal = true
	}
	for _, list := range [...]string{"attributes", "identity", "description"} {
		f.each(n, list, func(a *yaml.Node) { f.reference(s, a, list == "identity") })
	}
	f.keep(n, s)
	return s
}

// reference takes an item of a list of references.
func (f *file) reference(s *raw, n *yaml.Node, identity bool) {
	if !f.count(n) {
		return
	}
	f.known(n, "a reference", useFields)
	e := entry{use: f.use(n)}
	e.use.Identifying = identity
	switch {
	case field(n, "ref") != nil:
		e.ref = f.ref(field(n, "ref"))
	case field(n, "ref_group") != nil:
		e.group = f.ref(field(n, "ref_group"))
	default:
		f.fault(n, "define it under attributes: at the top, and refer to it with ref:", "an attribute of %s is no reference", s.kind.one())
		return
	}
	s.entries = append(s.entries, e)
}

// signal takes what all signals may have.
func (f *file) signal(n *yaml.Node, k kind) *raw {
	s := &raw{kind: k, Signal: Signal{
		ID: f.text(n, "id"), Brief: f.prose(n, "brief"), Note: f.prose(n, "note"), Stability: f.text(n, "stability"),
		From: f.from, File: f.name, Line: n.Line, Column: n.Column,
	}}
	s.Deprecated = f.deprecation(n, s.ID)
	s.Exclude, s.hidden = f.excluded(n)
	switch k {
	case aMetric:
		s.instrument, s.unit = f.text(n, "instrument"), f.text(n, "unit")
		s.valueType = f.text(field(field(n, "annotations"), "code_generation"), "metric_value_type")
	case aSpan:
		s.spanKind = f.text(n, "span_kind", "kind")
		if note := field(n, "name"); isSet(note) && note.Kind == yaml.MappingNode {
			s.nameNote = f.prose(note, "note")
		}
	}
	return s
}

// keep takes a signal into the registry, unless something is wrong with it, and reports whether
// it did.
func (f *file) keep(n *yaml.Node, s *raw) bool {
	before := len(f.faults)
	switch {
	case s.ID == "":
		f.fault(n, "give it a name", "%s has no name", s.kind.one())
	case s.Name == "" && s.kind == aMetric && s.base.text == "":
		f.fault(n, "add its metric_name", "the metric %q has no metric_name", s.ID)
	}
	if s.base.text == "" && s.kind == aMetric {
		f.checkMetric(n, s)
	}
	if s.valueType != "" && s.valueType != "int" && s.valueType != "double" {
		f.fault(field(field(field(n, "annotations"), "code_generation"), "metric_value_type"), "write int or double", "the metric_value_type of %q is %q", s.ID, s.valueType)
	}
	if s.kind == aSpan && s.spanKind != "" && !hasWord("client server producer consumer internal", s.spanKind) {
		f.fault(field(n, "span_kind", "kind"), "write one of client, server, producer, consumer, internal", "the kind %q of span %q is not known", s.spanKind, s.ID)
	}
	if len(f.faults) > before || f.full || !f.count(n) {
		return false
	}
	f.raws = append(f.raws, s)
	return true
}

// checkMetric reports what a metric lacks.
func (f *file) checkMetric(n *yaml.Node, s *raw) {
	const instruments = "counter updowncounter gauge histogram"
	where := n
	if i := field(n, "instrument"); i != nil {
		where = i
	}
	switch {
	case s.instrument == "":
		f.fault(where, "add instrument: counter, updowncounter, gauge or histogram", "the metric %q has no instrument", s.ID)
	case !hasWord(instruments, s.instrument):
		remedy := "write one of these"
		if near := names.Nearest(s.instrument, strings.Fields(instruments)); near != "" {
			remedy = "did you mean " + near + "?"
		}
		f.fault(where, remedy, "the instrument %q of metric %q is none of counter, updowncounter, gauge, histogram", s.instrument, s.ID)
	case !isSet(field(n, "unit")):
		f.fault(n, `add unit: such as s, By, "{request}" or "1"`, "the metric %q has no unit", s.ID)
	}
}

// imports are the names of signals of other registries that this one takes over.
type imports struct{ of [kinds][]name }

func (f *file) importsOf(n *yaml.Node) {
	i := field(n, "imports")
	if !isSet(i) {
		return
	}
	if i.Kind != yaml.MappingNode {
		f.fault(i, "write metrics:, spans:, events:, entities: or attribute_groups: with lists of names", "imports have to be a mapping")
		return
	}
	f.known(i, "imports", "attribute_groups metrics spans events entities")
	var all imports
	for k, key := range [...]string{aGroup: "attribute_groups", aMetric: "metrics", aSpan: "spans", anEvent: "events", anEntity: "entities"} {
		all.of[k] = f.list(i, key)
	}
	f.imports = append(f.imports, all)
}
