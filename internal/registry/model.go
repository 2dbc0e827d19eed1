package registry

import (
	"strings"

	"github.com/mintwright/mintwright/internal/fault"
)

// Registry is what files define, with all references resolved.
type Registry struct {
	SchemaURL   string // of the manifest, or of the resolved registry; may be empty
	Description string // of the manifest

	Attributes []Attribute // own definitions, sorted by key
	Foreign    []Attribute // definitions of dependencies that signals refer to, sorted by key

	// Signals of the registry, and those that it imports, each list sorted by ID.
	Groups   []Group
	Metrics  []Metric
	Spans    []Span
	Events   []Event
	Entities []Entity

	// Warnings are what was passed over, such as fields that are not known.
	Warnings []*fault.Fault
}

// Signal is what signals and groups have in common.
type Signal struct {
	ID        string // unique among those of its kind; the name unless it is a refinement
	Name      string // the metric's name, the span's or entity's type, the event's name, the group's ID
	Brief     string
	Note      string
	Stability string

	// Deprecated is nil for a signal that is in force.
	Deprecated *Deprecation
	// Exclude says that no code is wanted for it.
	Exclude bool

	Uses []Use // sorted by key
	From string

	File         string
	Line, Column int
}

// Group is a public group of attributes.
type Group struct{ Signal }

// Metric is the definition of an instrument.
type Metric struct {
	Signal
	Instrument string // counter, updowncounter, gauge, histogram
	Unit       string
	ValueType  string // int, double, or empty where the registry does not say
}

// Span is the definition of a kind of spans.
type Span struct {
	Signal
	Kind     string // client, server, producer, consumer, internal, or empty
	NameNote string // how the span is named
}

// Event is the definition of an event.
type Event struct{ Signal }

// Entity is the definition of an entity: what telemetry is about.
type Entity struct{ Signal }

// Level says whether an attribute has to be set.
type Level string

// The levels, from the weakest need.
const (
	OptIn       Level = "opt_in"
	Recommended Level = "recommended"
	Conditional Level = "conditionally_required"
	Required    Level = "required"
)

// Use is an attribute of a signal: the definition, with what the signal says otherwise of it.
type Use struct {
	Attribute

	Level       Level
	Condition   string // when it is required, or why it is of that level; may be empty
	Sampling    bool   // samplers want it, so it is set when the span starts
	Identifying bool   // it is part of what an entity is known by
}

// Required returns the attributes that are always set, sorted by key.
func (s *Signal) Required() []Use { return s.where(func(u *Use) bool { return u.Level == Required }) }

// Optional returns the others, sorted by key.
func (s *Signal) Optional() []Use { return s.where(func(u *Use) bool { return u.Level != Required }) }

func (s *Signal) where(want func(*Use) bool) []Use {
	var list []Use
	for i := range s.Uses {
		if want(&s.Uses[i]) {
			list = append(list, s.Uses[i])
		}
	}
	return list
}

// official is what the schema URLs of OpenTelemetry's own conventions begin with.
const official = "https://opentelemetry.io/schemas/"

// IsOfficial reports whether a schema URL is of OpenTelemetry's own conventions.
func IsOfficial(schemaURL string) bool { return strings.HasPrefix(schemaURL, official) }

// Version returns the last part of a schema URL, or "".
func Version(schemaURL string) string {
	at := strings.LastIndexByte(schemaURL, '/')
	if at < 0 {
		return ""
	}
	return schemaURL[at+1:]
}

// kind is what a definition is of.
type kind int

const (
	aGroup kind = iota
	aMetric
	aSpan
	anEvent
	anEntity
	kinds
)

// word is what a definition of the kind is called.
func (k kind) word() string {
	return [...]string{"attribute group", "metric", "span", "event", "entity"}[k]
}

// one is the word with its article.
func (k kind) one() string {
	if strings.ContainsRune("aeiou", rune(k.word()[0])) {
		return "an " + k.word()
	}
	return "a " + k.word()
}

// raw is a signal as a file has it, before its references are resolved.
type raw struct {
	Signal
	kind     kind
	id       string // of the group of version 1, by which others extend it
	internal bool   // of no meaning outside its registry

	instrument, unit, valueType string // of a metric
	spanKind, nameNote          string // of a span
	hidden                      bool   // from registries that depend on this one

	base    name   // of a refinement: the signal that it refines
	extends []name // groups whose attributes it has too, of version 1
	entries []entry

	state    state
	resolved []Use
}

// entry refers to an attribute, or to a group of them.
type entry struct {
	ref, group name
	use        Use // what is said otherwise of it; what is zero is not said
}

// name is a reference, and where it stands.
type name struct {
	text         string
	file         string
	line, column int
}

type state int

const (
	untouched state = iota
	underway
	done
)
