package compare

import (
	"fmt"
	"strings"
)

// asRow is one question with the answers of all.
type asRow struct {
	row
	cells []cell
}

// ask asks every chart everything.
func ask(studies []*study) ([]asRow, error) {
	var all []asRow
	for _, r := range rows() {
		line := asRow{row: r}
		for _, s := range studies {
			c, err := r.ask(s)
			if err != nil {
				return nil, fmt.Errorf("%s of %s: %w", r.name, s.name, err)
			}
			line.cells = append(line.cells, c)
		}
		all = append(all, line)
	}
	return all, nil
}

// table is the answers as Markdown.
func table(studies []*study, all []asRow) string {
	var b strings.Builder
	group := ""
	for _, line := range all {
		if line.group != group {
			group = line.group
			fmt.Fprintf(&b, "\n### %s\n\n|", group)
			for _, s := range studies {
				fmt.Fprintf(&b, " | %s", s.name)
			}
			fmt.Fprintf(&b, " |\n|%s\n", strings.Repeat("---|", len(studies)+1))
		}
		fmt.Fprintf(&b, "| %s", line.name)
		for _, c := range line.cells {
			text := c.text
			if c.none {
				text = "–"
			}
			fmt.Fprintf(&b, " | %s", text)
		}
		b.WriteString(" |\n")
	}
	return strings.TrimLeft(b.String(), "\n")
}

// behind are the rows in which a chart has more than the first.
func behind(studies []*study, all []asRow) []string {
	var found []string
	for _, line := range all {
		if line.cells[0].none {
			continue
		}
		for i, c := range line.cells {
			if !c.none && c.rank > line.cells[0].rank {
				found = append(found, fmt.Sprintf("%s: %q of %s is more than our %q", line.name, c.text, studies[i].name, line.cells[0].text))
			}
		}
	}
	return found
}

// sources is a table of where the other charts come from.
func sources() string {
	var b strings.Builder
	b.WriteString("| chart | from | tag | commit | of | |\n|---|---|---|---|---|---|\n")
	for _, s := range famous() {
		fmt.Fprintf(&b, "| %s | %s, %s | %s | %s | %s | %s |\n", s.name, s.repository, s.path, s.tag, s.commit, s.date, s.note)
	}
	return b.String()
}
