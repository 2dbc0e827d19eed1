package attrs

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/registry"
)

// model is what the Go file says. Its names are final; the printer asks nothing.
type model struct {
	pkg       string
	header    []string
	schemaURL string

	spaces  []space
	enums   []enum // types for the parameters of signals
	metrics []metric
	spans   []span
	events  []event
}

// space is what belongs to the first word of its keys.
type space struct {
	name       string
	attributes []attribute
}

// attribute is a key with its helpers.
type attribute struct {
	name, key string
	about     *registry.Attribute
	value     value
	template  bool
	members   []member
}

// member is a ready attribute, or a constant of an enum's type.
type member struct {
	name    string
	about   *registry.Member
	literal any
}

// enum is a type whose constants are the values of an attribute.
type enum struct {
	name, key string
	about     *registry.Attribute
	value     value
	members   []member
}

// value is a type that attributes have: its name in Go, and the method of attribute.Key, and
// function of the package attribute, that makes one.
type value struct {
	goType, method string
	slice          bool
}

// values by the names that registries have for them. Any is not among them.
func valueOf(kind string) (value, bool) {
	switch kind {
	case "string":
		return value{"string", "String", false}, true
	case "int":
		return value{"int", "Int", false}, true
	case "double":
		return value{"float64", "Float64", false}, true
	case "boolean":
		return value{"bool", "Bool", false}, true
	case "string[]":
		return value{"string", "StringSlice", true}, true
	case "int[]":
		return value{"int", "IntSlice", true}, true
	case "double[]":
		return value{"float64", "Float64Slice", true}, true
	case "boolean[]":
		return value{"bool", "BoolSlice", true}, true
	}
	return value{}, false
}

// parameter is a required attribute as what the caller gives.
type parameter struct {
	name  string
	about *registry.Use
	value value
	enum  string // the type of an enum, or ""
	any   bool   // an attribute.Value
}

// signal is what metrics, spans and events have in common.
type signal struct {
	name     string
	about    *registry.Signal
	required []parameter
	optional []registry.Use
}

type metric struct {
	signal
	instrument string // of the package metric, such as Float64Histogram
	number     string // int64 or float64
	observable string // the same instrument for callbacks, or ""
	unit       string
	buckets    bool // the SDK's own bounds are for milliseconds
}

type span struct {
	signal
	setter string      // the function that sets what is not known at the start, or ""
	start  []parameter // what samplers want to know
	later  []parameter
	kind   string // of the package trace, such as SpanKindServer; or ""
	note   string // how it is named
}

type event struct{ signal }

// builder makes the model.
type builder struct {
	*namer
	registry *registry.Registry
	owners   map[string]owner // by Go name
	faults   []*fault.Fault
	warnings []*fault.Fault
	types    map[string]*enum // of parameters, by key
}

// owner is what has a Go name.
type owner struct {
	what         string
	file         string
	line, column int
}

func newBuilder(r *registry.Registry) *builder {
	return &builder{namer: newNamer(), registry: r, owners: map[string]owner{}, types: map[string]*enum{}}
}

// build resolves all names.
func (b *builder) build() *model {
	r := b.registry
	m := &model{schemaURL: r.SchemaURL}
	if r.SchemaURL != "" {
		b.owners["SchemaURL"] = owner{what: "the schema URL"}
	}
	m.spaces = b.spaces()
	for i := range r.Metrics {
		if s := &r.Metrics[i]; !s.Exclude {
			m.metrics = append(m.metrics, b.metric(s))
		}
	}
	for i := range r.Spans {
		if s := &r.Spans[i]; !s.Exclude {
			m.spans = append(m.spans, b.span(s))
		}
	}
	for i := range r.Events {
		if s := &r.Events[i]; !s.Exclude {
			m.events = append(m.events, event{b.signal(&s.Signal, "Emit"+b.name(s.ID), "event")})
		}
	}
	for _, e := range b.types {
		m.enums = append(m.enums, *e)
	}
	slices.SortFunc(m.enums, func(a, b enum) int { return strings.Compare(a.key, b.key) })
	return m
}

// spaces makes the helpers of attributes. What is in force takes its names first.
func (b *builder) spaces() []space {
	var all []*registry.Attribute
	for i := range b.registry.Attributes {
		all = append(all, &b.registry.Attributes[i])
	}
	for i := range b.registry.Foreign {
		if a := &b.registry.Foreign[i]; !registry.IsOfficial(a.From) {
			all = append(all, a)
		}
	}
	byName := map[string]*space{}
	for _, old := range [...]bool{false, true} {
		for _, a := range all {
			if a.Exclude || (a.Deprecated != nil) != old {
				continue
			}
			made, ok := b.attribute(a)
			if !ok {
				continue
			}
			first, _, _ := strings.Cut(a.Key, ".")
			if byName[first] == nil {
				byName[first] = &space{name: first}
			}
			byName[first].attributes = append(byName[first].attributes, made)
		}
	}
	var list []space
	for _, s := range byName {
		slices.SortFunc(s.attributes, func(a, b attribute) int { return strings.Compare(a.key, b.key) })
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b space) int { return strings.Compare(a.name, b.name) })
	return list
}

// attribute makes the helpers of one attribute.
func (b *builder) attribute(a *registry.Attribute) (attribute, bool) {
	made := attribute{name: b.name(a.Key), key: a.Key, about: a, template: a.IsTemplate()}
	made.value, _ = valueOf(a.ValueType())
	if !isExported(made.name) {
		b.fault(a.File, a.Line, a.Column, "begin the key with a letter from a to z, and use nothing but letters, digits, dots and underscores",
			"attribute %q has no name in Go: %q is none that is exported", a.Key, made.name)
		return made, false
	}
	var wanted []string
	if !made.template {
		wanted = append(wanted, made.name+"Key")
	}
	if a.Type != "enum" && (made.value.method != "" || made.template) {
		wanted = append(wanted, made.name)
	}
	from := owner{what: fmt.Sprintf("attribute %q", a.Key), file: a.File, line: a.Line, column: a.Column}
	made.members = b.members(a, made.name)
	for _, m := range made.members {
		wanted = append(wanted, m.name)
	}
	return made, b.claim(from, a.Deprecated != nil, wanted)
}

// members makes the values of an enum; prefix begins their names. What is in force takes its
// name first.
func (b *builder) members(a *registry.Attribute, prefix string) []member {
	made := make([]*member, len(a.Members))
	first := map[string]*registry.Member{}
	for _, old := range [...]bool{false, true} {
		for i := range a.Members {
			m := &a.Members[i]
			if m.Exclude || (m.Deprecated != nil) != old {
				continue
			}
			name := prefix + b.memberName(m)
			switch other := first[name]; {
			case other == nil:
			case old:
				b.warn(a.File, m.Line, m.Column, "use that one; take this out when nobody sends it any more", "the deprecated value %q of %q has no helper: in Go its name %s is that of %q", m.ID, a.Key, name, other.ID)
				continue
			default:
				b.fault(a.File, m.Line, m.Column, "give one of them another id", "attribute %q: the values %q and %q both have the name %s in Go", a.Key, other.ID, m.ID, name)
				continue
			}
			first[name] = m
			if literal, ok := b.literal(a, m); ok {
				made[i] = &member{name, m, literal}
			}
		}
	}
	var list []member
	for _, m := range made {
		if m != nil {
			list = append(list, *m)
		}
	}
	return list
}

// memberName returns the words that a value adds to the name of its attribute.
func (b *builder) memberName(m *registry.Member) string {
	if name := b.name(m.ID); name != "" {
		return name
	}
	return b.name("value " + m.Value)
}

// literal returns the value of a member for Go.
func (b *builder) literal(a *registry.Attribute, m *registry.Member) (any, bool) {
	var v any
	var err error
	switch a.ValueType() {
	case "int":
		var n int64
		n, err = strconv.ParseInt(m.Value, 0, 64)
		v = int(n)
	case "double":
		v, err = strconv.ParseFloat(m.Value, 64)
	case "boolean":
		v, err = strconv.ParseBool(strings.ToLower(m.Value))
	default:
		v = m.Value
	}
	if err != nil {
		b.fault(a.File, m.Line, m.Column, "write it in decimal, or in quotes", "attribute %q: the value %s has no form in Go", a.Key, m.Value)
	}
	return v, err == nil
}

// claim takes names, or reports that one is taken. What is deprecated stands back without a word
// of reproach: a key that was renamed by its dots alone still has the same name in Go.
func (b *builder) claim(o owner, deprecated bool, wanted []string) bool {
	for _, name := range wanted {
		first, taken := b.owners[name]
		switch {
		case !taken:
		case deprecated:
			b.warn(o.file, o.line, o.column, "use that one; take this out when nobody sends it any more", "the deprecated %s has no helpers: in Go its name %s is that of %s", o.what, name, first.what)
			return false
		default:
			b.fault(o.file, o.line, o.column, "rename one of them, or write annotations: {code_generation: {exclude: true}} at one",
				"%s has the name %s in Go, and so has %s at %s:%d", o.what, name, first.what, first.file, first.line)
			return false
		}
	}
	for _, name := range wanted {
		b.owners[name] = o
	}
	return true
}

func (b *builder) fault(file string, line, column int, remedy, format string, args ...any) {
	b.faults = append(b.faults, &fault.Fault{File: file, Line: line, Column: column, Problem: fmt.Sprintf(format, args...), Remedy: remedy})
}

func (b *builder) warn(file string, line, column int, remedy, format string, args ...any) {
	const most = 50
	if len(b.warnings) == most {
		return
	}
	b.warnings = append(b.warnings, &fault.Fault{File: file, Line: line, Column: column, Problem: fmt.Sprintf(format, args...), Remedy: remedy})
}

// signal makes what all signals have. Where an attribute has the name already, the word for the
// kind of signal is added.
func (b *builder) signal(s *registry.Signal, name, kind string) signal {
	if _, taken := b.owners[name]; taken {
		name += b.name(kind)
	}
	made := signal{name: name, about: s}
	if !isExported(name) {
		b.fault(s.File, s.Line, s.Column, "begin the name with a letter from a to z", "%s %q has no name in Go: %q is none that is exported", kind, s.ID, name)
		return made
	}
	b.claim(owner{what: fmt.Sprintf("%s %q", kind, s.ID), file: s.File, line: s.Line, column: s.Column}, false, []string{name})
	scope := names.NewScope("ctx", "meter", "options", "all", "m", "value", "attributes", "err", "instrument", "span", "logger", "severity", "record", "attribute", "metric", "trace", "log", "noop", "context", "time")
	root, _, _ := strings.Cut(s.Name, ".")
	for i := range s.Uses {
		u := &s.Uses[i]
		if u.Level != registry.Required || u.IsTemplate() {
			made.optional = append(made.optional, *u)
			continue
		}
		p := parameter{about: u}
		p.name = scope.New(b.parameter(strings.TrimPrefix(u.Key, root+".")))
		var known bool
		if p.value, known = valueOf(u.ValueType()); !known {
			p.any = true
		}
		if u.Type == "enum" && len(u.Members) > 0 {
			p.enum = b.enum(u)
		}
		made.required = append(made.required, p)
	}
	return made
}

// enum returns the name of the type for the values of an attribute.
func (b *builder) enum(u *registry.Use) string {
	if e := b.types[u.Key]; e != nil {
		return e.name
	}
	e := &enum{name: b.name(u.Key) + "Attr", key: u.Key, about: &u.Attribute}
	e.value, _ = valueOf(u.ValueType())
	wanted := []string{e.name}
	e.members = b.members(&u.Attribute, e.name)
	for _, m := range e.members {
		wanted = append(wanted, m.name)
	}
	b.claim(owner{what: fmt.Sprintf("the type of the values of %q", u.Key), file: u.File, line: u.Line, column: u.Column}, false, wanted)
	b.types[u.Key] = e
	return e.name
}

// metric makes an instrument.
func (b *builder) metric(s *registry.Metric) metric {
	m := metric{signal: b.signal(&s.Signal, b.name(s.ID), "metric"), unit: s.Unit, number: "int64"}
	kind := map[string]string{"counter": "Counter", "updowncounter": "UpDownCounter", "gauge": "Gauge", "histogram": "Histogram"}[s.Instrument]
	prefix := "Int64"
	if isDouble(s) {
		prefix, m.number = "Float64", "float64"
	}
	m.instrument = prefix + kind
	m.buckets = s.Instrument == "histogram" && s.Unit == "s"
	wanted := []string{"New" + m.name}
	if s.Instrument != "histogram" {
		m.observable = prefix + "Observable" + kind
		wanted = append(wanted, "New"+m.name+"Observable")
	}
	b.claim(owner{what: fmt.Sprintf("metric %q", s.ID), file: s.File, line: s.Line, column: s.Column}, false, wanted)
	return m
}

// isDouble reports whether a metric counts in fractions: as the registry says, or else by its
// unit. Bytes, and things in braces, are whole.
func isDouble(s *registry.Metric) bool {
	switch s.ValueType {
	case "int":
		return false
	case "double":
		return true
	}
	return s.Unit != "By" && s.Unit != "bit" && !strings.HasPrefix(s.Unit, "{")
}

// span makes the helpers of a span.
func (b *builder) span(s *registry.Span) span {
	name := b.name(s.ID)
	made := span{signal: b.signal(&s.Signal, name+"SpanOptions", "span"), note: s.NameNote}
	for _, p := range made.required {
		if p.about.Sampling {
			made.start = append(made.start, p)
		} else {
			made.later = append(made.later, p)
		}
	}
	isLater := func(u registry.Use) bool { return !u.Sampling }
	if len(made.later) > 0 || slices.ContainsFunc(made.optional, isLater) {
		made.setter = "Set" + name + "Span"
		b.claim(owner{what: fmt.Sprintf("span %q", s.ID), file: s.File, line: s.Line, column: s.Column}, false, []string{made.setter})
	}
	if s.Kind != "" {
		made.kind = "SpanKind" + strings.ToUpper(s.Kind[:1]) + s.Kind[1:]
	}
	return made
}

// outputName returns the default name of the Go file.
func outputName(files []string) string {
	base := path.Base(path.Clean(files[0]))
	base = strings.TrimSuffix(base, path.Ext(base))
	base = strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '_':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '_'
	}, strings.Trim(base, "."))
	base = strings.Trim(base, "_")
	if base == "" {
		return "attrs.go"
	}
	return base + "_attrs.go"
}
