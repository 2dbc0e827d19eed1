package semconvkey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge/semconv"
)

// team is the team's own registry, sorted by key.
type team []policy.Attribute

func teamOf(list []policy.Attribute) team {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b policy.Attribute) int { return strings.Compare(a.Key, b.Key) })
	return list
}

// find returns the entry for a key, or nil. A key that begins as a template does is of that.
func (t team) find(key string) *policy.Attribute {
	if len(t) == 0 {
		return nil
	}
	for at := len(key); at > 0; at = strings.LastIndexByte(key[:at], '.') {
		i, ok := slices.BinarySearchFunc(t, key[:at], func(a policy.Attribute, key string) int { return strings.Compare(a.Key, key) })
		if ok && (at == len(key) || strings.HasPrefix(t[i].Type, "template[")) {
			return &t[i]
		}
	}
	return nil
}

// nearest returns the key of the registry that key, which is none of them, was to be.
func (t team) nearest(key string) string {
	ns, _, ok := strings.Cut(key, ".")
	if !ok {
		return ""
	}
	for i := range t {
		if strings.HasPrefix(t[i].Key, ns+".") && semconv.IsNear(key, t[i].Key) {
			return t[i].Key
		}
	}
	return ""
}

// has reports whether the registry has keys in the namespace of key.
func (t team) has(key string) bool {
	ns, _, _ := strings.Cut(key, ".")
	return slices.ContainsFunc(t, func(a policy.Attribute) bool { return strings.HasPrefix(a.Key, ns+".") })
}

// reportKeys judges each key that is in force or unknown, once a file.
func (c *checker) reportKeys() {
	for _, group := range c.first(func(u *use) bool { _, is := c.changed(u); return !is && u.elem != nil }) {
		key := group[0].key
		known, ok := c.accepts(key)
		switch {
		case ok:
			c.reportType(group, known)
		case group[0].version == "":
			c.reportUnknown(group)
		}
		if group[0].version == "" {
			c.reportStyle(group[0])
		}
	}
}

// accepts returns the types that the values of a key may have; false when nobody knows the key.
func (c *checker) accepts(key string) (semconv.Type, bool) {
	if a := c.team.find(key); a != nil {
		t, ok := semconv.ParseType(a.Type)
		switch {
		case !ok:
			t = semconv.Any
		case a.Type == "enum" && !slices.ContainsFunc(a.Members, func(m string) bool { _, err := strconv.Atoi(m); return err != nil }):
			t |= semconv.Int
		}
		return t, true
	}
	k, ok := semconv.Lookup(key)
	if ok && !strings.Contains(key, ".") {
		return 0, false // "state" was a metric's for a while, and is everybody's
	}
	return k.Former, ok
}

// reportType reports values that are not of the key's type.
func (c *checker) reportType(group []*use, want semconv.Type) {
	for _, u := range group {
		if u.kind == 0 || u.kind&want != 0 || u.version != "" && semconv.Compare(u.version, semconv.Newest()) > 0 {
			continue
		}
		sure := rule.High
		if u.kind|want == semconv.Int|semconv.Double {
			sure = rule.Medium // a whole number where fractions may be
		}
		c.p.Report(c.pass, &wrongType, sure, analysis.Diagnostic{
			Pos: u.elem.Pos(), End: u.elem.End(),
			Message: fmt.Sprintf("%q takes %s, not %s", u.key, article(want), article(u.kind)),
		})
	}
}

func article(t semconv.Type) string {
	s := t.String()
	if s != "" && strings.ContainsRune("aeiou", rune(s[0])) {
		return "an " + s
	}
	return "a " + s
}

// reportUnknown reports a key that is most likely another, one that anybody may use for
// something else, and a stranger in a namespace of the conventions.
func (c *checker) reportUnknown(group []*use) {
	u := group[0]
	meant, sure := c.team.nearest(u.key), rule.High
	if meant == "" {
		k, ok := semconv.Nearest(u.key)
		if ok {
			meant = k.Name
		}
		if ok && k.Change != nil {
			sure = rule.Medium
			if name, one := k.Change.Renamed(); one {
				meant += fmt.Sprintf("\", which is now \"%s", name)
			}
		}
	}
	d := analysis.Diagnostic{Pos: u.at.Pos(), End: u.at.End(), Related: also(group)}
	switch {
	case meant != "":
		d.Message = fmt.Sprintf("there is no key %q; \"%s\" was probably meant", u.key, meant)
		c.p.Report(c.pass, &near, sure, d)
	case !strings.Contains(u.key, "."):
		d.Message = fmt.Sprintf("attribute key %q has no namespace", u.key)
		c.p.Report(c.pass, &namespace, rule.High, d)
	case semconv.HasNamespace(u.key) && !c.team.has(u.key) && !strings.HasPrefix(u.key, "app."):
		// Most take app for their own; the conventions have it for apps on phones.
		ns, _, _ := strings.Cut(u.key, ".")
		d.Message = fmt.Sprintf("%q is no key of the semantic conventions, whose namespace %q is", u.key, ns)
		c.p.Report(c.pass, &namespace, rule.High, d)
	}
}

// reportStyle reports keys that are not lower case words with underscores and dots.
func (c *checker) reportStyle(u *use) {
	if !c.p.IsOn(&style) || c.team.find(u.key) != nil {
		return
	}
	if _, ok := semconv.Lookup(u.key); ok {
		return
	}
	what := ""
	switch {
	case strings.ContainsFunc(u.key, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '_' }):
		what = "has other characters than lower case letters, digits, underscores and dots"
	case strings.HasPrefix(u.key, ".") || strings.HasSuffix(u.key, ".") || strings.Contains(u.key, ".."):
		what = "has an empty part"
	default:
		return
	}
	c.p.Report(c.pass, &style, rule.High, analysis.Diagnostic{Pos: u.at.Pos(), End: u.at.End(), Message: fmt.Sprintf("attribute key %q %s", u.key, what)})
}
