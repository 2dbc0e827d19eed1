package registry

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// resolvedForm takes what a document of the form resolved/2.0 holds: a catalogue of attributes,
// to whose items the signals refer by number.
func (f *file) resolvedForm(n *yaml.Node) {
	if f.signals {
		f.known(n, "the file", "file_format schema_url attribute_catalog registry refinements dependencies")
		f.schema = f.text(n, "schema_url")
	}
	var catalog []Attribute
	f.each(n, "attribute_catalog", func(a *yaml.Node) {
		d, ok := f.define(a, "")
		if !ok {
			return
		}
		if !f.signals {
			f.add(d)
			return
		}
		f.knownAttribute(a)
		if p := field(a, "provenance"); isSet(p) {
			d.From = f.source(n, p)
		}
		catalog = append(catalog, d)
		if len(catalog) > maxAttributes {
			f.stop(tooMany(d))
		}
	})
	if !f.signals || len(f.faults) > 0 {
		return
	}
	r := field(n, "registry")
	f.own(r, catalog)
	for _, part := range [...]struct {
		of *yaml.Node
		id bool
	}{{r, false}, {field(n, "refinements"), true}} {
		f.catalogued(part.of, "attribute_groups", aGroup, "id", part.id, catalog)
		f.catalogued(part.of, "metrics", aMetric, "name", part.id, catalog)
		f.catalogued(part.of, "spans", aSpan, "type", part.id, catalog)
		f.catalogued(part.of, "events", anEvent, "name", part.id, catalog)
		f.catalogued(part.of, "entities", anEntity, "type", part.id, catalog)
	}
}

// source returns the schema URL of the dependency that a catalogued attribute is from.
func (f *file) source(n, provenance *yaml.Node) string {
	at, err := strconv.Atoi(f.text(provenance, "source"))
	list := f.items(n, "dependencies")
	if err != nil || list == nil || at < 0 || at >= len(list.Content) || list.Content[at].Kind != yaml.ScalarNode {
		return "another registry"
	}
	return list.Content[at].Value
}

// own takes the attributes that a resolved registry itself defines.
func (f *file) own(r *yaml.Node, catalog []Attribute) {
	list := f.items(r, "attributes")
	if list == nil {
		return
	}
	for _, item := range list.Content {
		at, ok := f.index(item, catalog)
		if f.full || !ok || !f.count(item) {
			continue
		}
		a := catalog[at]
		a.From = f.from
		f.add(a)
	}
}

// index returns the number of a catalogued attribute that a node is.
func (f *file) index(n *yaml.Node, catalog []Attribute) (int, bool) {
	if n = resolve(n); n == nil {
		return 0, false
	}
	at, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || at < 0 || at >= len(catalog) {
		f.fault(n, "have weaver registry package write the file again", "the attribute catalogue has no number %q", n.Value)
		return 0, false
	}
	return at, true
}

// catalogued takes the signals of a kind.
func (f *file) catalogued(part *yaml.Node, list string, k kind, nameField string, refined bool, catalog []Attribute) {
	f.each(part, list, func(n *yaml.Node) {
		s := f.signal(n, k)
		s.Name = f.text(n, nameField)
		if !refined {
			s.ID = s.Name
		}
		for _, list := range [...]string{"attributes", "identity", "description"} {
			f.each(n, list, func(a *yaml.Node) {
				at, ok := f.index(firstNode(field(a, "base"), a), catalog)
				if !ok || !f.count(a) {
					return
				}
				u := f.use(a)
				u.Attribute = catalog[at]
				u.Identifying = list == "identity"
				if u.Level == "" {
					u.Level = Recommended
				}
				s.resolved = append(s.resolved, u)
			})
		}
		slices.SortStableFunc(s.resolved, func(a, b Use) int { return strings.Compare(a.Key, b.Key) })
		s.state = done
		// Weaver lists each signal among the refinements too, under its own name.
		if !refined || s.ID != s.Name {
			f.keep(n, s)
		}
	})
}

func firstNode(a, b *yaml.Node) *yaml.Node {
	if a != nil {
		return a
	}
	return b
}

// isSchema reports whether a file format is that of OpenTelemetry's schema files.
func isSchema(format string) bool { return format == "1.0.0" || format == "1.1.0" }

// schemaFile takes the keys that a schema file renames. It does not know their types.
func (f *file) schemaFile(n *yaml.Node) {
	if f.signals {
		return // it is about a registry, and none
	}
	versions := field(n, "versions")
	if versions.Kind != yaml.MappingNode {
		f.fault(versions, "write versions with their changes", "versions have to be a mapping")
		return
	}
	taken := map[string]bool{}
	for i := 1; i < len(versions.Content); i += 2 {
		version := resolve(versions.Content[i])
		for _, section := range [...]string{"all", "resources", "spans", "logs", "metrics", "span_events"} {
			part := field(version, section)
			if !isSet(part) {
				continue
			}
			f.each(part, "changes", func(change *yaml.Node) { f.renames(change, taken) })
		}
	}
}

// renames takes the keys of one change; of a key that was renamed twice the newest counts, which
// stands first.
func (f *file) renames(change *yaml.Node, taken map[string]bool) {
	pairs := field(field(change, "rename_attributes"), "attribute_map")
	if !isSet(pairs) || pairs.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(pairs.Content) && !f.full; i += 2 {
		from, to := pairs.Content[i], resolve(pairs.Content[i+1])
		if taken[from.Value] || to == nil || to.Kind != yaml.ScalarNode {
			continue
		}
		taken[from.Value] = true
		if problem := keyProblem(from.Value); problem != "" {
			f.fault(from, "correct the key", "%s", problem)
			continue
		}
		f.add(Attribute{
			Key: from.Value, Type: "any", Deprecated: &Deprecation{Reason: "renamed", RenamedTo: to.Value},
			File: f.name, Line: from.Line, Column: from.Column, renamed: true,
		})
	}
}
