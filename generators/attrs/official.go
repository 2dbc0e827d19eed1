package attrs

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/mintwright/mintwright/internal/knowledge/semconv"
	"github.com/mintwright/mintwright/internal/registry"
)

// officialAttribute returns what the table of the semantic conventions says of a key.
func officialAttribute(key string) (registry.Attribute, bool) {
	k, ok := semconv.Lookup(key)
	if !ok || k.Template {
		if k, ok = semconv.Lookup(key + ".x"); !ok || !k.Template || k.Name != key+"." {
			return registry.Attribute{}, false
		}
	}
	a := registry.Attribute{Key: key, Type: typeOf(k.Type), From: semconv.Schema + semconv.Newest()}
	switch {
	case k.Template:
		a.Type = "template[" + a.Type + "]"
	case k.Enum && len(k.Members()) > 0:
		for _, m := range k.Members() {
			a.Members = append(a.Members, registry.Member{ID: strings.ToLower(m), Value: m, Type: a.Type})
		}
		a.Type = "enum"
	}
	if k.Change != nil {
		a.Deprecated = &registry.Deprecation{Note: k.Change.Note}
		if to, ok := k.Change.Renamed(); ok {
			a.Deprecated.Reason, a.Deprecated.RenamedTo = "renamed", to
		}
	}
	return a, true
}

// typeOf returns what registries call a type; a key of several is of any.
func typeOf(t semconv.Type) string {
	if s := t.String(); !strings.Contains(s, " or ") && s != "map" && s != "" {
		return s
	}
	return "any"
}

// conventions are the keys of the semantic conventions, for questions about those that are none.
type conventions struct {
	folded     map[string]string // by what is left without what divides words; those in force count first
	namespaces []string          // the first words, sorted
	beginnings map[string]string // what keys begin with up to one of their dots, with one such key
}

// knownConventions is made once for all registries.
var knownConventions = sync.OnceValue(func() *conventions {
	c := &conventions{folded: map[string]string{}, beginnings: map[string]string{}}
	seen := map[string]bool{}
	for k := range semconv.Keys() {
		first, _, dotted := strings.Cut(k.Name, ".")
		if !dotted {
			continue
		}
		if !seen[first] {
			seen[first] = true
			c.namespaces = append(c.namespaces, first)
		}
		if k.Template {
			continue
		}
		f := fold(k.Name)
		if other, taken := c.folded[f]; !taken || k.Change == nil && isGone(other) {
			c.folded[f] = k.Name
		}
		if k.Change != nil {
			continue
		}
		for at := strings.IndexByte(k.Name, '.'); at > 0; {
			if begin := k.Name[:at]; c.beginnings[begin] == "" || k.Name < c.beginnings[begin] {
				c.beginnings[begin] = k.Name
			}
			next := strings.IndexByte(k.Name[at+1:], '.')
			if next < 0 {
				break
			}
			at += 1 + next
		}
	}
	slices.Sort(c.namespaces)
	return c
})

func isGone(key string) bool {
	k, ok := semconv.Lookup(key)
	return ok && k.Change != nil
}

// fold drops what divides words.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '_' || r == '-' {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// check reports what is wrong between the keys that a registry defines and those of the semantic
// conventions. The conventions' own registry is not held against itself.
func (b *builder) check(c *conventions) {
	if registry.IsOfficial(b.registry.SchemaURL) {
		return
	}
	for i := range b.registry.Attributes {
		b.checkKey(c, &b.registry.Attributes[i])
	}
}

func (b *builder) checkKey(c *conventions, a *registry.Attribute) {
	say := func(remedy, format string, args ...any) { b.fault(a.File, a.Line, a.Column, remedy, format, args...) }
	if o, ok := officialAttribute(a.Key); ok {
		b.redefined(a, &o, say)
		return
	}
	if k, ok := semconv.Lookup(a.Key); ok && k.Template {
		if t, ok := semconv.ParseType(a.ValueType()); ok && t != k.Type {
			say(fmt.Sprintf("write type: %s, or choose a namespace of your own", typeOf(k.Type)),
				"attribute %q is of type %s, but OpenTelemetry's conventions have %s.<key> of type %s", a.Key, a.ValueType(), strings.TrimSuffix(k.Name, "."), typeOf(k.Type))
		}
		return
	}
	if key := c.beginnings[a.Key]; key != "" {
		say("choose a key of your own, such as acme."+a.Key, "attribute %q is a namespace of OpenTelemetry's conventions, which have %q", a.Key, key)
		return
	}
	for at := len(a.Key); at > 0; at = strings.LastIndexByte(a.Key[:at], '.') {
		if k, ok := semconv.Lookup(a.Key[:at]); ok && at < len(a.Key) && !k.Template && k.Change == nil && k.Name == a.Key[:at] {
			say("choose a key of your own, such as acme."+a.Key, "attribute %q lies under %q, which OpenTelemetry's conventions have as an attribute", a.Key, k.Name)
			return
		}
	}
	if a.Deprecated != nil {
		return
	}
	if key := c.near(a.Key); key != "" {
		say(fmt.Sprintf("refer to that with ref: %s, or choose a key that cannot be mistaken for it", key),
			"attribute %q is nearly OpenTelemetry's own %q", a.Key, key)
		return
	}
	if first, _, ok := strings.Cut(a.Key, "."); ok && slices.Contains(c.namespaces, first) {
		b.warn(a.File, a.Line, a.Column, "choose a namespace of your own, such as acme."+a.Key,
			"attribute %q lies in the namespace %q of OpenTelemetry's conventions; a later version may give it another meaning", a.Key, first)
	}
}

// redefined reports a key that the conventions have, or had.
func (b *builder) redefined(a, o *registry.Attribute, say func(remedy, format string, args ...any)) {
	switch {
	case o.Deprecated != nil && o.Deprecated.RenamedTo != "":
		to := o.Deprecated.RenamedTo
		say(fmt.Sprintf("refer to the new one with ref: %s, or choose a namespace of your own", to), "attribute %q was one of OpenTelemetry's conventions and was renamed to %q", a.Key, to)
	case o.Deprecated != nil:
		say("choose another key, in a namespace of your own", "attribute %q was one of OpenTelemetry's conventions; its meaning is taken for ever", a.Key)
	case a.Type != o.Type && a.ValueType() != o.ValueType():
		say(fmt.Sprintf("refer to it with ref: %s, or choose a key of your own such as acme.%s", a.Key, a.Key),
			"attribute %q is one of OpenTelemetry's conventions and of type %s, not %s", a.Key, o.Type, a.Type)
	default:
		say(fmt.Sprintf("refer to it with ref: %s, or choose a key of your own such as acme.%s", a.Key, a.Key),
			"attribute %q is one of OpenTelemetry's conventions already", a.Key)
	}
}

// near returns the key of the conventions that a key is most likely a slip for, or "".
func (c *conventions) near(key string) string {
	if k := c.folded[fold(key)]; k != "" && strings.Contains(key, ".") {
		return k
	}
	if k := c.folded[fold(key)]; k != "" && strings.ContainsAny(key, "_-ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		return k
	}
	if k, ok := semconv.Nearest(key); ok {
		return k.Name
	}
	first, rest, ok := strings.Cut(key, ".")
	if !ok || slices.Contains(c.namespaces, first) || len(first) < 4 {
		return ""
	}
	for _, ns := range c.namespaces {
		if isSlip(first, ns) {
			if k, ok := semconv.Lookup(ns + "." + rest); ok && !k.Template {
				return k.Name
			}
		}
	}
	return ""
}

// isSlip reports whether two words differ by one letter, or by two that changed places.
func isSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
