package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// GitHub prints findings as annotations of GitHub's workflows, one a line. What is suppressed
// is not printed. GitHub shows the first ten errors, warnings and notices of a step each.
//
// Form: "Workflow commands for GitHub Actions", docs.github.com; the escapes are those of
// the toolkit's command.ts.
func GitHub(w io.Writer, findings []Finding, src Source) error {
	out := bufio.NewWriter(w)
	files := src.once()
	for _, f := range Sorted(findings) {
		if f.Suppressed == nil {
			annotate(out, files, &f)
		}
	}
	return out.Flush()
}

func annotate(out *bufio.Writer, files *sources, f *Finding) {
	kind := map[Severity]string{Error: "error", Warning: "warning"}[f.Severity]
	if kind == "" {
		kind = "notice"
	}
	var where []string
	at := f.Position
	if at.File != "" {
		where = append(where, "file="+property(at.File))
	}
	if at.File != "" && at.Line > 0 {
		where = append(where, fmt.Sprintf("line=%d", at.Line))
		source := files.file(at.File)
		start, ok := source.units(at.Line, at.Column)
		end, okEnd := source.units(at.EndLine, at.EndColumn)
		if okEnd && at.EndLine > at.Line {
			where = append(where, fmt.Sprintf("endLine=%d", at.EndLine)) // a column would be ignored
		} else if ok {
			where = append(where, fmt.Sprintf("col=%d", start))
			if okEnd && end > start {
				where = append(where, fmt.Sprintf("endColumn=%d", end))
			}
		}
	}
	where = append(where, "title="+property(f.Rule))
	lines := []string{printable(f.Message)}
	for _, r := range f.Related {
		lines = append(lines, r.Position.String()+": "+printable(r.Message))
	}
	fmt.Fprintf(out, "::%s %s::%s\n", kind, strings.Join(where, ","), data(strings.Join(lines, "\n")))
}

// data escapes the text of an annotation, whose lines are printable.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// property escapes one of its properties.
func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(printable(s))
}
