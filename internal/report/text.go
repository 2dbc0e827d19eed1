package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Text prints findings for a person: each with its place, severity, message and rule, the
// line of source with a mark under it, the other places that it tells of, and what --fix
// would do. What is suppressed is not printed. With colour it uses the escapes of ANSI.
func Text(w io.Writer, findings []Finding, src Source, colour bool) error {
	out := bufio.NewWriter(w)
	p := &painter{out, src.once(), colour}
	isFirst := true
	for _, f := range Sorted(findings) {
		if f.Suppressed != nil {
			continue
		}
		if !isFirst {
			p.line("", "")
		}
		isFirst = false
		p.finding(&f)
	}
	return out.Flush()
}

// painter prints lines. Errors of writing are kept by out until the end.
type painter struct {
	out    *bufio.Writer
	src    *sources
	colour bool
}

// paint is an escape of ANSI that chooses a colour.
type paint string

const (
	bold   paint = "\x1b[1m"
	red    paint = "\x1b[1;31m"
	yellow paint = "\x1b[1;33m"
	cyan   paint = "\x1b[1;36m"
	green  paint = "\x1b[32m"
	plain  paint = ""
)

func (p *painter) in(c paint, s string) string {
	if !p.colour || c == plain || s == "" {
		return s
	}
	return string(c) + s + "\x1b[0m"
}

func (p *painter) line(indent, s string) {
	fmt.Fprintf(p.out, "%s%s\n", indent, s) // out keeps the error
}

func (s Severity) paint() paint {
	switch s {
	case Error:
		return red
	case Warning:
		return yellow
	}
	return cyan
}

func (p *painter) finding(f *Finding) {
	rule := f.Rule
	if f.Confidence != High {
		rule += ", " + string(f.Confidence) + " confidence"
	}
	p.line("", fmt.Sprintf("%s %s %s [%s]",
		p.in(bold, f.Position.String()+":"), p.in(f.Severity.paint(), printable(string(f.Severity))+":"),
		printable(f.Message), printable(rule)))
	p.source("    ", f.Position)
	for _, r := range f.Related {
		p.line("  ", p.in(bold, r.Position.String()+":")+" "+printable(r.Message))
		if r.Position.File != f.Position.File || r.Position.Line != f.Position.Line {
			p.source("      ", r.Position) // else it stands just above
		}
	}
	if len(f.Fixes) > 0 {
		p.line("  ", p.in(green, "fix:")+" "+printable(f.Fixes[0].Message))
	}
}

// String returns file:line:column, or less when less is known, without control characters.
func (p Position) String() string {
	s := printable(p.File)
	switch {
	case s == "":
		return "-"
	case p.Line < 1:
		return s
	case p.Column < 1:
		return fmt.Sprintf("%s:%d", s, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", s, p.Line, p.Column)
}

func (p *painter) source(indent string, at Position) {
	line, ok := p.src.file(at.File).line(at.Line)
	if !ok || at.Column < 1 || at.Column > len(line)+1 {
		return // no source, or not the one that was looked at
	}
	end := len(line) + 1
	if at.EndLine == at.Line && at.EndColumn >= at.Column {
		end = min(end, at.EndColumn)
	}
	text, marks := excerpt(line, at.Column-1, end-1)
	p.line(indent, text)
	p.line(indent, strings.Repeat(" ", len(marks)-len(strings.TrimLeft(marks, " ")))+p.in(green, strings.TrimLeft(marks, " ")))
}

// cell is a character of a line as it is shown.
type cell struct {
	text  string
	width int
	at    int // offset in the line
}

// excerpt returns a line as it is shown and the marks under its bytes from start to end: its
// indentation is left out, and so is what lies far from the start of a long line.
func excerpt(line []byte, start, end int) (text, marks string) {
	const longest, before = 120, 40 // in characters
	cells, first := split(line), 0
	from := len(cells)
	for i, c := range cells {
		if c.at >= start {
			from = i
			break
		}
	}
	for first < from && (line[cells[first].at] == ' ' || line[cells[first].at] == '\t') {
		first++
	}
	last, left, right := len(cells), "", ""
	if last-first > longest {
		if from-first > before {
			first, left = from-before, "…"
		}
		if last-first > longest {
			last, right = first+longest, "…"
		}
	}
	var t, m strings.Builder
	t.WriteString(left)
	m.WriteString(strings.Repeat(" ", utf8.RuneCountInString(left)))
	marked := 0
	for i, c := range cells[first:last] {
		t.WriteString(c.text)
		switch {
		case first+i < from:
			m.WriteString(strings.Repeat(" ", c.width))
		case c.at < end:
			marked += c.width
		}
	}
	return strings.TrimRight(t.String(), " ") + right, m.String() + "^" + strings.Repeat("~", max(0, marked-1))
}

func split(line []byte) []cell {
	var cells []cell
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRune(line[i:])
		c := cell{text: shown(r, string(line[i:i+n])), at: i}
		switch {
		case r == '\t':
			c.text, c.width = "    ", 4
		case c.text == string(line[i:i+n]):
			c.width = width(r)
		default:
			c.width = len(c.text)
		}
		cells = append(cells, c)
		i += n
	}
	return cells
}
