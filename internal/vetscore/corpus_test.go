package main

import (
	"fmt"
	"testing"

	"github.com/mintwright/mintwright/analyzers"
)

// TestCorpus holds the cases to what is promised of them: enough of them, as many near misses
// as mistakes, every class of the evidence, and three mistakes a rule.
func TestCorpus(t *testing.T) {
	c, err := readCorpus("cases")
	if err != nil {
		t.Fatal(err)
	}
	var bad, good int
	rules, classes := map[string]int{}, map[string]int{}
	option := map[string]bool{} // rules that the labels take for off
	for _, name := range c.names {
		f := c.files[name]
		if f.isCase() && len(f.mistakes) == 0 {
			good++
		}
		bad += len(f.mistakes)
		classes[f.class] += len(f.mistakes)
		for _, m := range f.mistakes {
			rules[m.rule()]++
			if m.option {
				option[m.rule()] = true
			}
		}
	}
	if bad+good < 150 || good < bad {
		t.Errorf("%d mistakes and %d near misses", bad, good)
	}
	for i := range 16 {
		if class := fmt.Sprintf("R%d", i+1); classes[class] == 0 {
			t.Errorf("no case of %s", class)
		}
	}
	for _, r := range analyzers.Rules() {
		if rules[r.ID] < 3 {
			t.Errorf("rule %s has %d mistakes among the cases", r.ID, rules[r.ID])
		}
		if r.Off != option[r.ID] {
			t.Errorf("rule %s: off is %v, and its labels say BAD(option): %v", r.ID, r.Off, option[r.ID])
		}
	}
}

const sample = `// A sample.
//
// Evidence: R1, a shape.

package sample

func f() {
	a := call(1,
		2) // BAD one.a|one.b
	if a {
		go func() {
			b() // BAD(low) two.a @x MAY three.a
		}()
	}
	c() // BAD two.a @x
	// BAD-NEXT four.a
	d()
}

func g() {
	e() // GOOD: fine
}
`

// TestJudge holds findings against a small file.
func TestJudge(t *testing.T) {
	f, err := newReader().read("spanend/sample.go", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	if f.class != "R1" || len(f.mistakes) != 3 {
		t.Fatalf("class %q, %d mistakes", f.class, len(f.mistakes))
	}
	c := &corpus{files: map[string]*file{f.name: f}, names: []string{f.name}}
	ours := &tool{isOurs: true, about: func(_, _ string) bool { return true }}
	theirs := &tool{about: func(_, _ string) bool { return true }}
	high := func(line int, rule string) finding {
		return finding{file: f.name, line: line, rule: rule, confidence: "high"}
	}
	for _, test := range []struct {
		name    string
		tool    *tool
		finding finding
		want    sum
	}{
		{"at the line", ours, high(9, "one.b"), sum{3, 1, 0}},
		{"in the statement", ours, high(8, "one.a"), sum{3, 1, 0}},
		{"another rule", ours, high(9, "one.c"), sum{3, 0, 1}},
		{"low confidence", ours, finding{file: f.name, line: 9, rule: "one.a", confidence: "low"}, sum{3, 0, 0}},
		{"low will do", ours, finding{file: f.name, line: 12, rule: "two.a", confidence: "low"}, sum{3, 1, 0}},
		{"the other of the group", ours, high(15, "two.a"), sum{3, 1, 0}},
		{"may", ours, high(12, "three.a"), sum{3, 0, 0}},
		{"the header is not the body", ours, high(10, "two.a"), sum{3, 0, 1}},
		{"the line below", ours, high(17, "four.a"), sum{3, 1, 0}},
		{"a near miss", ours, high(21, "one.a"), sum{3, 0, 1}},
		{"a peer, whatever its rule", theirs, high(8, "X1"), sum{3, 1, 0}},
		{"a peer beside a mistake", theirs, high(10, "X1"), sum{3, 0, 0}},
		{"a peer at a near miss", theirs, high(21, "X1"), sum{3, 0, 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := judge(test.tool, c, []finding{test.finding}).total(); got != test.want {
				t.Errorf("want %+v, got %+v", test.want, got)
			}
		})
	}
}

// TestParse reads a document of each tool.
func TestParse(t *testing.T) {
	for _, test := range []struct {
		name, text string
		parse      func([]byte) ([]finding, error)
		want       finding
	}{
		{
			"gen", `{"version":1,"findings":[{"rule":"a.b","confidence":"high","message":"m","position":{"file":"f.go","line":3}},
				{"rule":"a.c","position":{"file":"f.go","line":4},"suppressed":{"kind":"nolint"}}],"unchecked":[]}`,
			parsedGen,
			finding{"f.go", 3, "a.b", "m", "high"},
		},
		{
			"gosec", `[{"rule_id":"G402","details":"m","file":"/f.go","line":"3-5"}]`,
			parseGosec,
			finding{"/f.go", 3, "G402", "m", ""},
		},
		{
			"spancheck", `{"p":{"spancheck":[{"posn":"/f.go:3:7","message":"span.SetStatus is not called"}]}}`,
			parseSpancheck,
			finding{"/f.go", 3, "set-status", "span.SetStatus is not called", ""},
		},
		{
			"staticcheck", `{"code":"SA1019","location":{"file":"/f.go","line":3},"message":"m"}` + "\n",
			parseStaticcheck,
			finding{"/f.go", 3, "SA1019", "m", ""},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.parse([]byte(test.text))
			if err != nil || len(got) != 1 || got[0] != test.want {
				t.Errorf("want %+v, got %+v, %v", test.want, got, err)
			}
		})
	}
	if _, unchecked, err := parseGen([]byte(`{"findings":[],"unchecked":[{"package":"p","reason":"r"}]}`)); err != nil || len(unchecked) != 1 {
		t.Errorf("want a package that was not checked, got %v, %v", unchecked, err)
	}
	if _, err := parseStaticcheck([]byte(`{"code":"compile","message":"m"}`)); err == nil {
		t.Error("a package that does not compile is no error")
	}
}

func parsedGen(out []byte) ([]finding, error) {
	list, _, err := parseGen(out)
	return list, err
}
