package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// score is what became of a tool's findings.
type score struct {
	tool    *tool
	corpus  *corpus
	found   map[*mistake]bool
	false   []finding
	lower   int // mistakes that were told with less than high confidence alone
	unsure  int // false findings of less than high confidence
	missed  []*mistake
	outside int // findings that are about something else

	unchecked []string // packages
}

func compare(a, b finding) int {
	return cmp.Or(strings.Compare(a.file, b.file), cmp.Compare(a.line, b.line), strings.Compare(a.rule, b.rule),
		strings.Compare(a.message, b.message))
}

// judge holds findings against the labels.
func judge(t *tool, c *corpus, findings []finding) *score {
	s := &score{tool: t, corpus: c, found: map[*mistake]bool{}}
	lower := map[*mistake]bool{}
	off := offRules()
	for _, f := range findings {
		of := c.files[f.file]
		if of == nil {
			s.false = append(s.false, f)
			continue
		}
		if t.isOurs && slices.Contains(off, f.rule) && !strings.HasPrefix(f.rule, of.analyzer()+".") {
			continue
		}
		isSure := !t.isOurs || f.confidence == "high"
		hit := false
		for _, m := range of.mistakes {
			if !slices.ContainsFunc(m.marks, func(at mark) bool { return s.fits(of, at, f) }) {
				continue
			}
			hit = true
			if isSure || m.low {
				s.found[m] = true
			} else {
				lower[m] = true
			}
		}
		switch {
		case hit, t.isOurs && slices.ContainsFunc(of.may, func(at mark) bool { return s.fits(of, at, f) }):
		case !t.about(f.rule, of.analyzer()), !t.isOurs && besideMistake(of, f.line):
			s.outside++
		case !t.isOurs && slices.ContainsFunc(s.false, func(said finding) bool { return said.file == f.file && of.text.together(said.line, f.line) }):
			// One of theirs often comes in two parts, at the start and at the return.
		case isSure:
			s.false = append(s.false, f)
		default:
			s.unsure++
		}
	}
	for _, name := range c.names {
		for _, m := range c.files[name].mistakes {
			if s.found[m] {
				continue
			}
			s.missed = append(s.missed, m)
			if lower[m] {
				s.lower++
			}
		}
	}
	slices.SortFunc(s.false, compare)
	return s
}

// fits reports whether the finding is at the mark, and of its rules if it is ours.
func (s *score) fits(of *file, at mark, f finding) bool {
	return (!s.tool.isOurs || slices.Contains(at.rules, f.rule)) && of.text.same(at.line, f.line)
}

// besideMistake reports whether the function around a line has a mistake.
func besideMistake(of *file, line int) bool {
	return slices.ContainsFunc(of.mistakes, func(m *mistake) bool {
		return slices.ContainsFunc(m.marks, func(at mark) bool { return of.text.together(at.line, line) })
	})
}

// sum is figures of a part of the corpus.
type sum struct{ mistakes, found, false int }

// recall is in per cent, 100 when there was nothing to find.
func (s sum) recall() float64 { return percent(s.found, s.mistakes) }

// precision is in per cent, 100 when nothing was said.
func (s sum) precision() float64 { return percent(s.found, s.found+s.false) }

func percent(part, of int) float64 {
	if of == 0 {
		return 100
	}
	return 100 * float64(part) / float64(of)
}

func (s *score) total() sum {
	return s.of(func(*mistake) bool { return true }, func(finding) bool { return true })
}

// of sums up what both functions choose.
func (s *score) of(mistakes func(*mistake) bool, findings func(finding) bool) sum {
	var n sum
	for _, name := range s.corpus.names {
		for _, m := range s.corpus.files[name].mistakes {
			if !mistakes(m) {
				continue
			}
			n.mistakes++
			if s.found[m] {
				n.found++
			}
		}
	}
	for _, f := range s.false {
		if findings(f) {
			n.false++
		}
	}
	return n
}

// report prints the tables, then what gen got wrong.
func report(w io.Writer, c *corpus, scores []*score, byRule bool) {
	fmt.Fprintln(w, byAnalyzer(c, scores))
	fmt.Fprintln(w, byClass(c, scores))
	for _, s := range scores {
		if !s.tool.isOurs {
			continue
		}
		if byRule {
			fmt.Fprintln(w, ruleTable(c, s))
		}
		n := s.total()
		fmt.Fprintf(w, "gen: recall %.1f %% (bar %d), precision %.1f %% (bar %d)\n", n.recall(), leastRecall, n.precision(), leastPrecision)
		fmt.Fprintf(w, "gen: of the missed, %d were told with less confidence, and %d more findings of less confidence were false\n", s.lower, s.unsure)
		for _, u := range s.unchecked {
			fmt.Fprintf(w, "unchecked: %s\n", u)
		}
		for _, m := range s.missed {
			fmt.Fprintf(w, "missed: %s:%d: %s\n", m.file.name, m.marks[0].line, strings.Join(m.marks[0].rules, "|"))
		}
		for _, f := range s.false {
			fmt.Fprintf(w, "false: %s:%d: %s: %s\n", f.file, f.line, f.rule, f.message)
		}
	}
}

// byAnalyzer is a row an analyzer, and one for all.
func byAnalyzer(c *corpus, scores []*score) string {
	head := []string{"analyzer", "mistakes", "near misses"}
	for _, s := range scores {
		head = append(head, s.tool.name+" recall", "precision")
	}
	bad, good := map[string]int{}, map[string]int{}
	for _, name := range c.names {
		f := c.files[name]
		if bad[f.analyzer()] += len(f.mistakes); f.isCase() && len(f.mistakes) == 0 {
			good[f.analyzer()]++
		}
	}
	var rows [][]string
	var mistakes, misses int
	for _, analyzer := range slices.Sorted(maps.Keys(good)) {
		row := []string{analyzer, fmt.Sprint(bad[analyzer]), fmt.Sprint(good[analyzer])}
		mistakes, misses = mistakes+bad[analyzer], misses+good[analyzer]
		for _, s := range scores {
			row = append(row, figures(s.of(
				func(m *mistake) bool { return m.file.analyzer() == analyzer },
				func(f finding) bool { return c.files[f.file] != nil && c.files[f.file].analyzer() == analyzer }))...)
		}
		rows = append(rows, row)
	}
	all := []string{"all", fmt.Sprint(mistakes), fmt.Sprint(misses)}
	for _, s := range scores {
		all = append(all, figures(s.total())...)
	}
	return table(head, append(rows, all))
}

// figures are recall and precision with what they are made of.
func figures(n sum) []string {
	recall := fmt.Sprintf("%.0f %% (%d)", n.recall(), n.found)
	if n.found+n.false == 0 {
		return []string{recall, "–"}
	}
	return []string{recall, fmt.Sprintf("%.0f %% (%d false)", n.precision(), n.false)}
}

// byClass is a row a class of the evidence, its look-alikes with it: what was found, and what
// is false.
func byClass(c *corpus, scores []*score) string {
	head := []string{"class", "mistakes", "look-alikes"}
	for _, s := range scores {
		head = append(head, s.tool.name+" found", "false")
	}
	var rows [][]string
	for i := range 16 {
		class := fmt.Sprintf("R%d", i+1)
		mistakes, alike := 0, 0
		for _, name := range c.names {
			switch f := c.files[name]; {
			case f.class != class:
			case len(f.mistakes) == 0:
				alike++
			default:
				mistakes += len(f.mistakes)
			}
		}
		row := []string{class, fmt.Sprint(mistakes), fmt.Sprint(alike)}
		for _, s := range scores {
			n := s.of(
				func(m *mistake) bool { return m.file.class == class },
				func(f finding) bool { return c.files[f.file] != nil && c.files[f.file].class == class })
			row = append(row, fmt.Sprint(n.found), fmt.Sprint(n.false))
		}
		rows = append(rows, row)
	}
	return table(head, rows)
}

// ruleTable is a row a rule.
func ruleTable(c *corpus, s *score) string {
	rules := map[string]bool{}
	for _, name := range c.names {
		for _, m := range c.files[name].mistakes {
			rules[m.rule()] = true
		}
	}
	for _, f := range s.false {
		rules[f.rule] = true
	}
	var rows [][]string
	for _, rule := range slices.Sorted(maps.Keys(rules)) {
		n := s.of(func(m *mistake) bool { return m.rule() == rule }, func(f finding) bool { return f.rule == rule })
		rows = append(rows, []string{rule, fmt.Sprint(n.mistakes), fmt.Sprint(n.found), fmt.Sprint(n.false)})
	}
	return table([]string{"rule", "mistakes", "found", "false"}, rows)
}

// table is a table of Markdown.
func table(head []string, rows [][]string) string {
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(head)
	line(append([]string{"---"}, slices.Repeat([]string{"---:"}, len(head)-1)...))
	for _, row := range rows {
		line(row)
	}
	return b.String()
}
