package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mintwright/mintwright/internal/wild/probe"
)

// summary is all that is to be told.
type summary struct {
	modules      []string
	packs        []*pack
	jobs         int // of a variant
	load, making [2]effort
	results      []probe.Result
	skipped      map[string]int // reason -> decorators that were not watched
	looks        []string       // what gen says against the outputs
}

// tally counts interfaces.
type tally struct {
	kinds   [kindsOfDecl]int
	made    [kindsOfDecl]int // plain
	refused [kindsOfDecl]int
	full    int // with metrics and logs
	broken  int // outputs
}

func count(packs []*pack, mod string) tally {
	var t tally
	for _, p := range packs {
		if mod != "" && p.module != mod {
			continue
		}
		for _, d := range p.decls {
			t.kinds[d.kind]++
			switch plain := d.outcome[0]; {
			case plain.refusal != "":
				t.refused[d.kind]++
			case plain.broken == "":
				t.made[d.kind]++
			}
			if full := d.outcome[1]; full.refusal == "" && full.broken == "" {
				t.full++
			}
			for _, o := range d.outcome {
				if o.broken != "" {
					t.broken++
				}
			}
		}
	}
	return t
}

func (e effort) String() string {
	return fmt.Sprintf("%.1f s (CPU %.1f s)", e.wall.Round(10*time.Millisecond).Seconds(), e.cpu.Round(10*time.Millisecond).Seconds())
}

// report prints the tables of the page.
func (s *summary) report(w io.Writer) {
	s.reportModules(w)
	s.reportRefusals(w)
	s.reportWatched(w)
	fmt.Fprintf(w, "\n| of %d directives | plain | with -metrics and -logs |\n|---|---|---|\n", s.jobs)
	fmt.Fprintf(w, "| load | %v | %v |\n| reading the interfaces, writing the files | %v | %v |\n", s.load[0], s.load[1], s.making[0], s.making[1])
	s.reportBroken(w)
}

func (s *summary) reportModules(w io.Writer) {
	fmt.Fprintln(w, "| module | packages | interfaces | with a context | decorators | with metrics and logs | refused | without a context | others |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|")
	for _, mod := range append(modulesOf(s.packs), "") {
		t := count(s.packs, mod)
		packs, name := len(s.packs), "**all**"
		if mod != "" {
			name = strings.Replace(mod, "@", " ", 1)
			packs = len(slices.DeleteFunc(slices.Clone(s.packs), func(p *pack) bool { return p.module != mod }))
		}
		others := t.kinds[noMethods] + t.kinds[constraint] + t.kinds[closed]
		fmt.Fprintf(w, "| %s | %d | %d | %d | %d | %d | %d | %d | %d |\n", name, packs, others+t.kinds[hasContext]+t.kinds[noContext],
			t.kinds[hasContext], t.made[hasContext], t.full, t.refused[hasContext], t.kinds[noContext], others)
	}
}

// reasons are what refusals have in common.
func reasons() []struct{ part, label string } {
	return []struct{ part, label string }{
		{"no method of ", "no method has a context"},
		{" has no methods, ", "no methods"},
		{", which only package ", "an unexported method, which only its package can implement"},
		{" is a constraint, ", "a constraint: no value has it as its type"},
		{" is not exported", "a method names an unexported type"},
		{" is of the internal package ", "a method names a type of an internal package"},
		{"nothing to log", "-logs alone: no call can fail"},
	}
}

func label(text string) string {
	for _, r := range reasons() {
		if strings.Contains(text, r.part) {
			return r.label
		}
	}
	return "another"
}

// refused are the refusals for one reason.
type refused struct {
	kinds   [kindsOfDecl]int
	example string
}

func (r *refused) all() int {
	sum := 0
	for _, n := range r.kinds {
		sum += n
	}
	return sum
}

func (s *summary) reportRefusals(w io.Writer) {
	byReason := map[string]*refused{}
	for _, p := range s.packs {
		for _, d := range p.decls {
			text := cmp.Or(d.outcome[0].refusal, d.outcome[1].refusal)
			if text == "" {
				continue
			}
			key := label(text)
			if byReason[key] == nil {
				byReason[key] = &refused{example: text}
			}
			byReason[key].kinds[d.kind]++
		}
	}
	fmt.Fprintf(w, "\n| refused because | interfaces | of them with a context | as told of the first |\n|---|---|---|---|\n")
	keys := slices.SortedFunc(maps.Keys(byReason), func(a, b string) int {
		return cmp.Or(cmp.Compare(byReason[b].all(), byReason[a].all()), cmp.Compare(a, b))
	})
	for _, key := range keys {
		fmt.Fprintf(w, "| %s | %d | %d | %s |\n", key, byReason[key].all(), byReason[key].kinds[hasContext], byReason[key].example)
	}
}

func (s *summary) reportWatched(w io.Writer) {
	var sum probe.Result
	good := 0
	for _, r := range s.results {
		sum.Methods, sum.Calls, sum.Spans = sum.Methods+r.Methods, sum.Calls+r.Calls, sum.Spans+r.Spans
		sum.Streams, sum.Ranges = sum.Streams+r.Streams, sum.Ranges+r.Ranges
		if len(r.Faults) == 0 {
			good++
		}
	}
	fmt.Fprintf(w, "\n| watched | |\n|---|---|\n| decorators | %d |\n| of them without a fault | %d |\n| methods with a context | %d |\n", len(s.results), good, sum.Methods)
	fmt.Fprintf(w, "| calls | %d |\n| spans recorded and ended | %d |\n| streams and iterators | %d and %d |\n", sum.Calls, sum.Spans, sum.Streams, sum.Ranges)
	for _, reason := range slices.Sorted(maps.Keys(s.skipped)) {
		fmt.Fprintf(w, "| not watched: %s | %d |\n", reason, s.skipped[reason])
	}
}

// reportBroken lists all that is a defect.
func (s *summary) reportBroken(w io.Writer) {
	for _, line := range s.defects() {
		fmt.Fprintln(w, "DEFECT", line)
	}
}

func (s *summary) defects() []string {
	var list []string
	for _, p := range s.packs {
		for _, d := range p.decls {
			for i, v := range variants() {
				o := d.outcome[i]
				switch {
				case o.broken != "":
					list = append(list, v.name+" "+d.spec()+": "+o.broken)
				case strings.HasPrefix(o.refusal, "NO FAULT") || strings.HasPrefix(o.refusal, "INCOMPLETE"):
					list = append(list, v.name+" "+d.spec()+": refusal: "+o.refusal)
				}
			}
		}
	}
	list = append(list, s.looks...)
	for _, r := range s.results {
		for _, f := range r.Faults {
			list = append(list, r.Name+": "+f)
		}
	}
	return list
}

// isGood reports whether the bar is reached.
func (s *summary) isGood() bool {
	return len(s.defects()) == 0 && count(s.packs, "").made[hasContext] >= leastDecorators
}
