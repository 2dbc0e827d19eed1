package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Summary prints how many findings there are by rule and by package, most severe first. What
// is suppressed has a column of its own and counts in no other.
func Summary(w io.Writer, findings []Finding) error {
	t := Total(Sorted(findings))
	all := Count{Name: "all", Errors: t.Errors, Warnings: t.Warnings, Infos: t.Infos, Suppressed: t.Suppressed}
	out := bufio.NewWriter(w)
	table(out, "rule", t.Rules, all)
	fmt.Fprintln(out)
	table(out, "package", t.Packages, all)
	return out.Flush()
}

func table(out *bufio.Writer, title string, list []Count, all Count) {
	slices.SortStableFunc(list, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Errors, a.Errors), cmp.Compare(b.Warnings, a.Warnings), cmp.Compare(b.Infos, a.Infos))
	})
	rows := [][]string{{title, "errors", "warnings", "infos", "suppressed"}}
	for _, c := range append(list, all) {
		row := []string{printable(c.Name)}
		for _, n := range []int{c.Errors, c.Warnings, c.Infos, c.Suppressed} {
			row = append(row, fmt.Sprint(n))
		}
		rows = append(rows, row)
	}
	widest := 0
	for _, row := range rows {
		widest = max(widest, cells(row[0]))
	}
	for _, row := range rows {
		fmt.Fprint(out, row[0], strings.Repeat(" ", widest-cells(row[0])))
		for i, cell := range row[1:] {
			fmt.Fprintf(out, "  %*s", len(rows[0][i+1]), cell)
		}
		fmt.Fprintln(out)
	}
}

// cells is how wide a text is on a terminal.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n += width(r)
	}
	return n
}
