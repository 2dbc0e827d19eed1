package attrs

import (
	"fmt"
	"strings"

	"github.com/mintwright/mintwright/internal/registry"
)

// markdownFile prints the registry as tables, with the columns that OpenTelemetry's own pages of
// semantic conventions have.
func markdownFile(m *model, r *registry.Registry) ([]byte, error) {
	t := &tables{}
	fmt.Fprintf(&t.Builder, "<!-- %s -->\n\n# Semantic conventions\n", madeBy(m))
	if r.Description != "" {
		fmt.Fprintf(&t.Builder, "\n%s\n", strings.TrimSpace(r.Description))
	}
	if r.SchemaURL != "" {
		fmt.Fprintf(&t.Builder, "\nSchema URL: `%s`\n", r.SchemaURL)
	}
	t.attributes(r.Attributes)
	t.metrics(r.Metrics)
	t.spans(r.Spans)
	for _, e := range r.Events {
		t.section("Events")
		t.signal(&e.Signal, fmt.Sprintf("The event name is `%s`.", e.Name))
	}
	for _, e := range r.Entities {
		t.section("Entities")
		t.signal(&e.Signal, fmt.Sprintf("The entity type is `%s`.", e.Name))
	}
	return []byte(t.String()), nil
}

// tables is a page in the making.
type tables struct {
	strings.Builder
	current string // section
	notes   []string
}

// section begins a part of the page, unless it is underway.
func (t *tables) section(title string) {
	if t.current != title {
		fmt.Fprintf(&t.Builder, "\n## %s\n", title)
		t.current = title
	}
}

func (t *tables) attributes(list []registry.Attribute) {
	last := ""
	for i := range list {
		a := &list[i]
		t.section("Attributes")
		if first, _, _ := strings.Cut(a.Key, "."); first != last {
			t.end()
			t.enums(list[:i], last)
			last = first
			fmt.Fprintf(&t.Builder, "\n### %s\n\n| Key | Stability | Value Type | Description | Example Values |\n|---|---|---|---|---|\n", cell(first))
		}
		fmt.Fprintf(&t.Builder, "| %s | %s | %s | %s | %s |\n", keyCell(a), stabilityCell(a.Stability, a.Deprecated), typeCell(a), t.about(a.Key, a.Brief, a.Note), examplesCell(a.Examples))
	}
	t.end()
	t.enums(list, last)
}

// enums prints the values of the enums that begin with a word.
func (t *tables) enums(list []registry.Attribute, first string) {
	for i := range list {
		a := &list[i]
		if ns, _, _ := strings.Cut(a.Key, "."); ns != first || len(a.Members) == 0 {
			continue
		}
		fmt.Fprintf(&t.Builder, "\n`%s` has one of these values; where none fits, another may be used.\n\n| Value | Description | Stability |\n|---|---|---|\n", a.Key)
		for j := range a.Members {
			m := &a.Members[j]
			fmt.Fprintf(&t.Builder, "| `%s` | %s | %s |\n", code(m.Value), t.about(m.Value, m.Brief, m.Note), stabilityCell(m.Stability, m.Deprecated))
		}
		t.end()
	}
}

func (t *tables) metrics(list []registry.Metric) {
	for i := range list {
		m := &list[i]
		t.section("Metrics")
		t.signal(&m.Signal, fmt.Sprintf("| Name | Instrument Type | Unit (UCUM) | Description | Stability |\n|---|---|---|---|---|\n| `%s` | %s | `%s` | %s | %s |",
			code(m.Name), cell(m.Instrument), code(m.Unit), t.about(m.Name, m.Brief, m.Note), stabilityCell(m.Stability, m.Deprecated)))
	}
}

func (t *tables) spans(list []registry.Span) {
	for i := range list {
		s := &list[i]
		t.section("Spans")
		var facts []string
		if s.Kind != "" {
			facts = append(facts, fmt.Sprintf("Span kind is `%s`.", strings.ToUpper(s.Kind)))
		}
		if s.NameNote != "" {
			facts = append(facts, "Span name: "+s.NameNote)
		}
		t.signal(&s.Signal, strings.Join(facts, "\n\n"))
		var early []string
		for j := range s.Uses {
			if s.Uses[j].Sampling {
				early = append(early, "`"+code(s.Uses[j].Key)+"`")
			}
		}
		if len(early) > 0 {
			fmt.Fprintf(&t.Builder, "\nWanted by samplers, and so set when the span starts: %s.\n", strings.Join(early, ", "))
		}
	}
}

// signal prints a signal with its attributes.
func (t *tables) signal(s *registry.Signal, facts string) {
	fmt.Fprintf(&t.Builder, "\n### %s\n", cell(s.ID))
	if !strings.HasPrefix(facts, "|") {
		for _, p := range [...]string{stability(s.Stability, s.Deprecated), s.Brief, s.Note} {
			if p != "" {
				fmt.Fprintf(&t.Builder, "\n%s\n", strings.TrimSpace(p))
			}
		}
	}
	if facts != "" {
		fmt.Fprintf(&t.Builder, "\n%s\n", facts)
	}
	t.end()
	if len(s.Uses) == 0 {
		return
	}
	t.WriteString("\n| Key | Stability | Requirement Level | Value Type | Description | Example Values |\n|---|---|---|---|---|---|\n")
	for i := range s.Uses {
		u := &s.Uses[i]
		fmt.Fprintf(&t.Builder, "| %s | %s | %s | %s | %s | %s |\n",
			keyCell(&u.Attribute), stabilityCell(u.Stability, u.Deprecated), levelCell(u), typeCell(&u.Attribute), t.about(u.Key, u.Brief, u.Note), examplesCell(u.Examples))
	}
	t.end()
}

func stability(s string, d *registry.Deprecation) string {
	if d != nil {
		return "**Deprecated:** " + why(d)
	}
	if s == "" {
		return ""
	}
	return "Stability: " + s
}

// cell makes a text fit for the cell of a table.
func cell(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.NewReplacer("|", "\\|", "<", "&lt;").Replace(s)
}

// code makes a text fit for a cell, between backticks.
func code(s string) string {
	return strings.NewReplacer("|", "\\|", "`", "'", "\n", " ").Replace(s)
}

func keyCell(a *registry.Attribute) string {
	key := code(a.Key)
	if a.IsTemplate() {
		key += ".<key>"
	}
	return "`" + key + "`"
}

func stabilityCell(s string, d *registry.Deprecation) string {
	if d != nil {
		return "Deprecated: " + cell(why(d))
	}
	return cell(s)
}

func typeCell(a *registry.Attribute) string {
	if a.Type == "enum" {
		return "enum of " + cell(a.ValueType())
	}
	return cell(a.ValueType())
}

// about is the brief, with the number of the note that stands below the table.
func (t *tables) about(what, brief, note string) string {
	if note == "" {
		return cell(brief)
	}
	t.notes = append(t.notes, fmt.Sprintf("**[%d] `%s`:** %s", len(t.notes)+1, code(what), note))
	return strings.TrimSpace(fmt.Sprintf("%s [%d]", cell(brief), len(t.notes)))
}

// end prints the notes of the table above.
func (t *tables) end() {
	for _, n := range t.notes {
		fmt.Fprintf(&t.Builder, "\n%s\n", n)
	}
	t.notes = nil
}

func levelCell(u *registry.Use) string {
	level := map[registry.Level]string{registry.Required: "Required", registry.Conditional: "Conditionally Required", registry.Recommended: "Recommended", registry.OptIn: "Opt-In"}[u.Level]
	if u.Condition != "" {
		level += ": " + cell(u.Condition)
	}
	return level
}

func examplesCell(list []string) string {
	const most = 5
	var cells []string
	for i, e := range list {
		if i == most {
			break
		}
		e = strings.Trim(e, `"`)
		cells = append(cells, "`"+code(shorten(e, 100))+"`")
	}
	return strings.Join(cells, "; ")
}
