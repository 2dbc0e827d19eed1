package otlp

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Trace is the spans of one trace that are at hand, in the order of their start.
type Trace struct {
	ID    string `json:"id"`
	Spans []Span `json:"spans"`
	Logs  []Log  `json:"logs,omitempty"`
}

// Services returns the names of the services that took part, sorted.
func (t Trace) Services() []string {
	var names []string
	for _, s := range t.Spans {
		names = append(names, s.Service)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Spans returns the spans at hand, oldest first.
func (s *Sink) Spans() []Span {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.spans.values)
}

// Logs returns the log records at hand, oldest first.
func (s *Sink) Logs() []Log {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.logs.values)
}

// Metrics returns the metrics at hand, one for each instrument and export, oldest first.
func (s *Sink) Metrics() []Metric {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.metrics.values)
}

// Trace returns the trace with the hexadecimal ID, or whose ID begins with it.
func (s *Sink) Trace(id string) (Trace, bool) {
	for _, t := range s.Traces() {
		if id != "" && strings.HasPrefix(t.ID, id) {
			return t, true
		}
	}
	return Trace{}, false
}

// Traces returns the traces at hand in the order in which their first span arrived.
func (s *Sink) Traces() []Trace {
	s.mu.Lock()
	defer s.mu.Unlock()
	var traces []Trace
	index := map[string]int{}
	for _, sp := range s.spans.values {
		i, ok := index[sp.TraceID]
		if !ok {
			i = len(traces)
			index[sp.TraceID] = i
			traces = append(traces, Trace{ID: sp.TraceID})
		}
		traces[i].Spans = append(traces[i].Spans, sp)
	}
	for _, l := range s.logs.values {
		if i, ok := index[l.TraceID]; ok {
			traces[i].Logs = append(traces[i].Logs, l)
		}
	}
	for _, t := range traces {
		slices.SortStableFunc(t.Spans, func(a, b Span) int { return a.Start.Compare(b.Start) })
		slices.SortStableFunc(t.Logs, func(a, b Log) int { return a.Time.Compare(b.Time) })
	}
	return traces
}

// Await returns the first trace for which is holds, now or later; ctx bounds the wait.
func (s *Sink) Await(ctx context.Context, is func(Trace) bool) (Trace, error) {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		for _, t := range s.Traces() {
			if is(t) {
				return t, nil
			}
		}
		select {
		case <-ctx.Done():
			return Trace{}, fmt.Errorf("waiting for a trace: %w", ctx.Err())
		case <-changed:
		}
	}
}

// WriteTree writes the trace as a tree, one line a span. A span whose parent is not at hand
// stands at the left.
func (t Trace) WriteTree(w io.Writer) error {
	children := map[string][]Span{}
	known := map[string]bool{}
	for _, s := range t.Spans {
		known[s.SpanID] = true
	}
	for _, s := range t.Spans {
		parent := s.ParentID
		if !known[parent] {
			parent = ""
		}
		children[parent] = append(children[parent], s)
	}
	type row struct{ tree, rest string }
	var rows []row
	seen := map[string]bool{} // spans that name each other as parent would never end
	var walk func(id, indent string)
	walk = func(id, indent string) {
		for i, s := range children[id] {
			if seen[s.SpanID] {
				continue
			}
			seen[s.SpanID] = true
			branch, below := "├─ ", "│  "
			if i == len(children[id])-1 {
				branch, below = "└─ ", "   "
			}
			if id == "" {
				branch, below = "", ""
			}
			rows = append(rows, row{indent + branch + clean(s.Service) + " " + s.Kind + " " + clean(s.Name), s.facts()})
			walk(s.SpanID, indent+below)
		}
	}
	walk("", "")
	width := 0
	for _, r := range rows {
		width = max(width, len([]rune(r.tree)))
	}
	if _, err := fmt.Fprintf(w, "trace %s\n", t.ID); err != nil {
		return err
	}
	for _, r := range rows {
		pad := strings.Repeat(" ", width-len([]rune(r.tree)))
		if _, err := fmt.Fprintln(w, strings.TrimRight(r.tree+pad+"  "+r.rest, " ")); err != nil {
			return err
		}
	}
	return nil
}

// facts are duration, status and peer in columns, and last what has no width of its own: the
// traces that led to it, and the message.
func (s Span) facts() string {
	facts := fmt.Sprintf("%8s  %-5s  %s", short(s.Duration()), cmp.Or(map[string]string{"unset": "-"}[s.Status], s.Status), clean(s.Peer))
	for _, link := range s.Links {
		facts = strings.TrimRight(facts, " ") + "  from trace " + shortID(link)
	}
	if s.Message != "" {
		facts = strings.TrimRight(facts, " ") + "  (" + clean(s.Message) + ")"
	}
	return strings.TrimRight(facts, " ")
}

// columns are the widths of what the sink prints, each that of the widest so far.
type columns struct{ service, name int }

// widen makes room for a span. The name of one that is unusually long sticks out alone.
func (c *columns) widen(s Span) {
	const most = 60
	c.service = max(c.service, utf8.RuneCountInString(s.Service))
	if n := utf8.RuneCountInString(s.Name); n <= most {
		c.name = max(c.name, n)
	}
}

// line is the span as the sink prints it.
func (s Span) line(c columns) string {
	return fmt.Sprintf("%-*s  %s  %-8s  %-*s  %s\n", c.service, clean(s.Service), shortID(s.TraceID), s.Kind, c.name, clean(s.Name), s.facts())
}

// shortID is as much of a trace's ID as tells it from the others at hand.
func shortID(id string) string {
	const most = 8
	return id[:min(len(id), most)]
}

// short writes a duration with three digits or so: 1.23ms.
func short(d time.Duration) string {
	switch {
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	default:
		return d.Round(time.Microsecond).String()
	}
}

// clean replaces what would move a terminal's cursor: names come from outside.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}
