package registry

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
)

// pool puts together what all registries define, so that references find it.
func (l *loader) pool() {
	l.attributes, l.byID = map[string]*Attribute{}, map[string]*raw{}
	for k := range l.byName {
		l.byName[k] = map[string]*raw{}
	}
	slices.SortStableFunc(l.found, func(a, b Attribute) int { return strings.Compare(a.Key, b.Key) })
	for i := range l.found {
		a := &l.found[i]
		if first := l.attributes[a.Key]; first != nil {
			l.report(twice(*a, *first, "is defined already"))
			continue
		}
		l.attributes[a.Key] = a
	}
	l.index(&l.reader)
	for _, d := range l.dependencies {
		l.index(d)
		for i := range d.found {
			l.offer(&d.found[i])
		}
	}
}

// offer takes an attribute of a dependency.
func (l *loader) offer(a *Attribute) {
	first := l.attributes[a.Key]
	switch {
	case a.hidden:
	case first == nil:
		l.attributes[a.Key] = a
	case first.From == "" && !first.hidden:
		l.report(&fault.Fault{
			File: first.File, Line: first.Line, Column: first.Column,
			Problem: fmt.Sprintf("attribute %q is defined by %s already", a.Key, a.From), Remedy: "refer to it with ref: " + a.Key + ", or choose another key",
		})
	}
}

// index makes the signals of a registry known by their names. Those of this one come first.
func (l *loader) index(r *reader) {
	own := r == &l.reader
	for _, s := range r.raws {
		if !own && (s.hidden || s.internal && s.kind != aGroup) {
			continue
		}
		first := l.byName[s.kind][s.ID]
		switch {
		case first == nil:
			l.byName[s.kind][s.ID] = s
		case own && (s.id == "" || s.id == first.id || s.kind == aMetric):
			l.report(&fault.Fault{
				File: s.File, Line: s.Line, Column: s.Column, Problem: fmt.Sprintf("the %s %q is defined already at %s:%d", s.kind.word(), s.ID, first.File, first.Line),
				Remedy: "give one of the two another name",
			})
		}
		if s.id != "" && l.byID[s.id] == nil {
			l.byID[s.id] = s
		}
	}
}

// resolveAll resolves the signals of the registry, and those that it imports.
func (l *loader) resolveAll() {
	for _, s := range l.raws {
		if l.full {
			return
		}
		l.resolve(s)
	}
	l.taken = map[*raw]bool{}
	patterns := 0
	for _, i := range l.imports {
		for k, list := range i.of {
			for _, pattern := range list {
				if patterns++; patterns > maxPatterns {
					l.missing(pattern, "write a star for the rest of a name", fmt.Sprintf("more than %d imports", maxPatterns))
					return
				}
				l.take(kind(k), pattern)
			}
		}
	}
}

// take imports the signals of a kind whose names match a pattern.
func (l *loader) take(k kind, pattern name) {
	matched := false
	for _, d := range l.dependencies {
		for _, s := range d.raws {
			if s.kind != k || s.hidden || !matches(pattern.text, s.Name) && !matches(pattern.text, strings.TrimPrefix(s.ID, "group.")) {
				continue
			}
			matched = true
			if l.full || l.taken[s] {
				continue
			}
			l.taken[s] = true
			l.resolve(s)
			l.imported = append(l.imported, s)
		}
	}
	if matched {
		return
	}
	remedy, why := "correct the name", ""
	switch {
	case len(l.unread) > 0:
		remedy, why = "give the folder of its files with -registry", fmt.Sprintf(", and the files of %s are not at hand", l.unread[0])
	case len(l.dependencies) == 0:
		remedy, why = "name the registry that defines it under dependencies: in the manifest, or give it with -registry", ", and the registry depends on none"
	}
	l.missing(pattern, remedy, fmt.Sprintf("nothing is imported: no %s is named %q%s", k.word(), pattern.text, why))
}

// matches reports whether a name fits a pattern, in which a star stands for any text.
func matches(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == s
	}
	rest, ok := strings.CutPrefix(s, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

// missing reports a reference to something that is not there.
func (l *loader) missing(n name, remedy, problem string) {
	l.report(&fault.Fault{File: n.file, Line: n.line, Column: n.column, Problem: problem, Remedy: remedy})
}

// resolve finds the attributes of a signal. What the signal itself says counts most, then what
// the groups say that its list names, then what it extends or refines.
func (l *loader) resolve(s *raw) {
	if s.state != untouched {
		return
	}
	s.state = underway
	all := map[string]Use{}
	if s.base.text != "" {
		l.refine(s, all)
	}
	for _, n := range s.extends {
		if group := l.find(n, s); group != nil && l.spend(group, n) {
			for _, u := range group.resolved {
				all[u.Key] = over(u, all[u.Key])
			}
		}
	}
	l.include(s, all)
	for _, e := range s.entries {
		if e.ref.text != "" {
			l.refer(s, e, all)
		}
	}
	for _, u := range all {
		if u.Level == "" {
			u.Level = Recommended
		}
		s.resolved = append(s.resolved, u)
	}
	slices.SortFunc(s.resolved, func(a, b Use) int { return strings.Compare(a.Key, b.Key) })
	s.state = done
	if l.uses += len(all); l.uses > maxUses {
		l.stop(&fault.Fault{
			File: s.File, Line: s.Line, Column: s.Column, Problem: fmt.Sprintf("the signals have more than %d attributes together", maxUses), Remedy: "divide the registry",
		})
	}
}

// include adds the attributes of the groups that the list of a signal names.
func (l *loader) include(s *raw, all map[string]Use) {
	own := map[string]bool{}
	for _, e := range s.entries {
		own[e.ref.text] = true
	}
	from := map[string]string{}
	for _, e := range s.entries {
		if e.group.text == "" {
			continue
		}
		group := l.find(e.group, s)
		if group == nil || !l.spend(group, e.group) {
			continue
		}
		for _, u := range group.resolved {
			if other := from[u.Key]; other != "" && !own[u.Key] {
				l.missing(e.group, "refer to the attribute with ref: as well, or leave one of the groups out", fmt.Sprintf("the groups %q and %q both have %q", other, e.group.text, u.Key))
			}
			from[u.Key] = e.group.text
			u.Identifying = u.Identifying || e.use.Identifying
			all[u.Key] = over(u, all[u.Key])
		}
	}
}

// spend reports whether the attributes of a group may still be looked at.
func (l *loader) spend(group *raw, n name) bool {
	if l.work += 1 + len(group.resolved); l.work > maxWork {
		l.stop(&fault.Fault{File: n.file, Line: n.line, Column: n.column, Problem: "the groups include each other too often", Remedy: "divide the registry, or include fewer groups"})
	}
	return !l.full
}

// refer adds an attribute that a signal refers to.
func (l *loader) refer(s *raw, e entry, all map[string]Use) {
	before, ok := all[e.ref.text]
	if !ok {
		a, found := l.attribute(e.ref, s)
		if !found {
			return
		}
		before = Use{Attribute: a}
	}
	all[e.ref.text] = over(e.use, before)
}

// attribute finds what a signal refers to.
func (l *loader) attribute(n name, s *raw) (Attribute, bool) {
	if a := l.attributes[n.text]; a != nil {
		return *a, true
	}
	if l.options.Official != nil {
		if a, ok := l.options.Official(n.text); ok {
			return a, true
		}
	}
	remedy := "define it, or correct the key"
	if near := l.nearest(n.text); near != "" {
		remedy = "did you mean " + near + "?"
	}
	l.missing(n, remedy, fmt.Sprintf("the %s %q refers to attribute %q, which is not defined", s.kind.word(), s.ID, n.text))
	return Attribute{}, false
}

// nearest returns the key that was probably meant.
func (l *loader) nearest(key string) string {
	if l.options.Near != nil {
		if near := l.options.Near(key); near != "" {
			return near
		}
	}
	return nearestOf(l, key, l.attributes)
}

// nearestOf returns the name among those of a map that was probably meant, or "".
func nearestOf[T any](l *loader, name string, known map[string]T) string {
	const most = 5
	if len(l.faults) > most {
		return "" // it takes a while where there are many, and the first few faults say enough
	}
	return names.Nearest(name, slices.Sorted(maps.Keys(known)))
}

// find returns the group that a signal extends or includes, resolved, or nil when there is none.
func (l *loader) find(n name, s *raw) *raw {
	group := l.byID[n.text]
	if group == nil {
		group = l.byName[aGroup][n.text]
	}
	if group == nil {
		remedy := "define it, or correct the name"
		if near := firstOf(nearestOf(l, n.text, l.byName[aGroup]), nearestOf(l, n.text, l.byID)); near != "" {
			remedy = "did you mean " + near + "?"
		}
		l.missing(n, remedy, fmt.Sprintf("the %s %q refers to group %q, which is not defined", s.kind.word(), s.ID, n.text))
		return nil
	}
	if group.state == underway {
		l.missing(n, "leave out the reference that closes the circle", fmt.Sprintf("group %q includes itself, by way of %q", group.ID, s.ID))
		return nil
	}
	l.resolve(group)
	return group
}

// refine takes over what a refinement does not say itself.
func (l *loader) refine(s *raw, all map[string]Use) {
	base := l.byName[s.kind][s.base.text]
	switch {
	case base == nil:
		remedy := "define it, or correct the name"
		if near := nearestOf(l, s.base.text, l.byName[s.kind]); near != "" && near != s.ID {
			remedy = "did you mean " + near + "?"
		} else if len(l.unread) > 0 {
			remedy = fmt.Sprintf("give the folder with the files of %s with -registry", l.unread[0])
		}
		l.missing(s.base, remedy, fmt.Sprintf("%q refines the %s %q, which is not defined", s.ID, s.kind.word(), s.base.text))
		return
	case base.state == underway:
		l.missing(s.base, "refine "+s.kind.one()+" that does not refine this one", fmt.Sprintf("%q refines itself, by way of %q", s.ID, base.ID))
		return
	}
	l.resolve(base)
	s.Name = base.Name
	s.Brief, s.Note, s.Stability = firstOf(s.Brief, base.Brief), firstOf(s.Note, base.Note), firstOf(s.Stability, base.Stability)
	s.instrument, s.unit, s.valueType = base.instrument, base.unit, firstOf(s.valueType, base.valueType)
	s.spanKind, s.nameNote = base.spanKind, firstOf(s.nameNote, base.nameNote)
	if s.Deprecated == nil {
		s.Deprecated = base.Deprecated
	}
	for _, u := range base.resolved {
		all[u.Key] = u
	}
}

// over returns what is known when more is said of an attribute.
func over(more, before Use) Use {
	u := before
	if u.Key == "" {
		u.Attribute = more.Attribute
	}
	u.Brief, u.Note, u.Stability = firstOf(more.Brief, u.Brief), firstOf(more.Note, u.Note), firstOf(more.Stability, u.Stability)
	if len(more.Examples) > 0 {
		u.Examples = more.Examples
	}
	if more.Deprecated != nil {
		u.Deprecated = more.Deprecated
	}
	if more.Level != "" {
		u.Level, u.Condition = more.Level, more.Condition
	}
	u.Sampling, u.Identifying = u.Sampling || more.Sampling, u.Identifying || more.Identifying
	return u
}
