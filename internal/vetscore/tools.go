package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/analyzers"
)

// tool is a program to measure.
type tool struct {
	name   string
	isOurs bool
	// run returns the findings in all modules of the corpus, and what could not be checked.
	run func(context.Context, *corpus) (found []finding, unchecked []string, err error)
	// about reports whether a rule is about our subjects, in the cases of an analyzer.
	about func(rule, analyzer string) bool
}

// finding is what a tool says.
type finding struct {
	file       string // from the corpus, with slashes
	line       int
	rule       string
	message    string
	confidence string // of ours
}

// offRules returns those that run only when asked for.
func offRules() []string {
	var list []string
	for _, r := range analyzers.Rules() {
		if r.Off {
			list = append(list, r.ID)
		}
	}
	return list
}

// tools returns gen and its peers; what they need is built in dir. Program is gen, or empty.
func tools(dir, program string) []*tool {
	return []*tool{
		{name: "gen", isOurs: true, about: func(_, _ string) bool { return true }, run: func(ctx context.Context, c *corpus) ([]finding, []string, error) {
			return runGen(ctx, dir, program, c)
		}},
		{name: "gosec", about: isGosecs, run: func(ctx context.Context, c *corpus) ([]finding, []string, error) {
			return runPeer(ctx, dir, c, parseGosec, "gosec")
		}},
		{name: "spancheck", about: isSpanchecks, run: func(ctx context.Context, c *corpus) ([]finding, []string, error) {
			return runPeer(ctx, dir, c, parseSpancheck, "spancheck", "-json", "./...")
		}},
		{name: "staticcheck", about: func(_, _ string) bool { return false }, run: func(ctx context.Context, c *corpus) ([]finding, []string, error) {
			return runStaticcheck(ctx, dir, c)
		}},
	}
}

func isGosecs(rule, _ string) bool { return slices.Contains([]string{"G402", "G123", "G118"}, rule) }

// isSpanchecks takes the checks that go-spancheck has off by itself as our rules of that kind
// are taken: in the cases that are about them.
func isSpanchecks(rule, analyzer string) bool { return rule == "end" || analyzer == "spanerror" }

// within returns where a file of module lies in the corpus.
func (c *corpus) within(module, name string) string {
	if !filepath.IsAbs(name) {
		name = filepath.Join(c.dir, filepath.FromSlash(module), filepath.FromSlash(name))
	}
	rel, err := filepath.Rel(c.dir, name)
	if err != nil {
		return name
	}
	return filepath.ToSlash(rel)
}

// runGen runs gen vet twice: by itself, and with the rules that are off.
func runGen(ctx context.Context, dir, program string, c *corpus) ([]finding, []string, error) {
	if program == "" {
		program = filepath.Join(dir, "gen")
		if _, err := output(ctx, ".", nil, "go", "build", "-o", program, "./cmd/gen"); err != nil {
			return nil, nil, err
		}
	}
	off := offRules()
	runs := [][]string{nil}
	if len(off) > 0 {
		runs = append(runs, []string{"--enable", strings.Join(off, ",")})
	}
	var all []finding
	var unchecked []string
	for _, module := range c.modules {
		for _, flags := range runs {
			argv := slices.Concat([]string{program, "vet", "--json"}, flags, []string{"./..."})
			out, err := output(ctx, filepath.Join(c.dir, module), []int{1, 3}, argv...)
			if err != nil {
				return nil, nil, err
			}
			list, not, err := parseGen(out)
			if err != nil {
				return nil, nil, err
			}
			unchecked = append(unchecked, not...)
			for _, f := range list {
				f.file = c.within(module, f.file)
				if slices.Contains(off, f.rule) == (flags != nil) {
					all = append(all, f)
				}
			}
		}
	}
	slices.Sort(unchecked)
	return all, slices.Compact(unchecked), nil
}

// parseGen reads the document of gen vet --json. What is suppressed is not reported.
func parseGen(document []byte) (list []finding, unchecked []string, err error) {
	var doc struct {
		Findings []struct {
			Rule, Confidence, Message string
			Position                  struct {
				File string
				Line int
			}
			Suppressed *struct{}
		}
		Unchecked []struct{ Package, Reason string }
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		return nil, nil, err
	}
	for _, u := range doc.Unchecked {
		unchecked = append(unchecked, u.Package+": "+u.Reason)
	}
	for _, f := range doc.Findings {
		if f.Suppressed == nil {
			list = append(list, finding{f.Position.File, f.Position.Line, f.Rule, f.Message, f.Confidence})
		}
	}
	return list, unchecked, nil
}

// runPeer builds the program of the module peers and runs one of its linters.
func runPeer(ctx context.Context, dir string, c *corpus, parse func([]byte) ([]finding, error), args ...string) ([]finding, []string, error) {
	program := filepath.Join(dir, "peers")
	if _, err := output(ctx, "internal/vetscore/peers", nil, "go", "build", "-o", program, "."); err != nil {
		return nil, nil, err
	}
	return runEach(ctx, c, []int{3}, parse, slices.Concat([]string{program}, args)...)
}

func runStaticcheck(ctx context.Context, dir string, c *corpus) ([]finding, []string, error) {
	program := filepath.Join(dir, "staticcheck")
	if _, err := output(ctx, "internal/vetscore/peers", nil, "go", "build", "-o", program, "honnef.co/go/tools/cmd/staticcheck"); err != nil {
		return nil, nil, err
	}
	return runEach(ctx, c, []int{1}, parseStaticcheck, program, "-f", "json", "-checks", "inherit,-U1000", "./...")
}

// runEach runs a linter in each module.
func runEach(ctx context.Context, c *corpus, codes []int, parse func([]byte) ([]finding, error), argv ...string) ([]finding, []string, error) {
	var all []finding
	for _, module := range c.modules {
		out, err := output(ctx, filepath.Join(c.dir, module), codes, argv...)
		if err != nil {
			return nil, nil, err
		}
		list, err := parse(out)
		if err != nil {
			return nil, nil, err
		}
		for _, f := range list {
			f.file = c.within(module, f.file)
			if c.files[f.file] != nil { // gosec looks into the modules below as well
				all = append(all, f)
			}
		}
	}
	slices.SortFunc(all, compare)
	return slices.Compact(all), nil, nil
}

// parseGosec reads gosec's issues, whose line may be "12-15".
func parseGosec(out []byte) ([]finding, error) {
	var issues []struct {
		RuleID  string `json:"rule_id"`
		Details string
		File    string
		Line    string
	}
	if err := json.Unmarshal(out, &issues); err != nil {
		return nil, err
	}
	var list []finding
	for _, i := range issues {
		first, _, _ := strings.Cut(i.Line, "-")
		line, err := strconv.Atoi(first)
		if err != nil {
			return nil, err
		}
		list = append(list, finding{file: i.File, line: line, rule: i.RuleID, message: i.Details})
	}
	return list, nil
}

// parseSpancheck reads the document of x/tools' drivers.
func parseSpancheck(out []byte) ([]finding, error) {
	var packages map[string]map[string]json.RawMessage
	if err := json.Unmarshal(out, &packages); err != nil {
		return nil, err
	}
	position := regexp.MustCompile(`^(.+):(\d+):\d+$`)
	check := func(message string) string {
		switch {
		case strings.Contains(message, "SetStatus"):
			return "set-status"
		case strings.Contains(message, "RecordError"):
			return "record-error"
		}
		return "end"
	}
	var list []finding
	for pkg, analyzers := range packages {
		for name, raw := range analyzers {
			var said []struct{ Posn, Message string }
			if err := json.Unmarshal(raw, &said); err != nil {
				return nil, fmt.Errorf("%s: %s: %s", pkg, name, raw)
			}
			for _, s := range said {
				match := position.FindStringSubmatch(s.Posn)
				if match == nil {
					return nil, fmt.Errorf("%s: no position: %q", pkg, s.Posn)
				}
				line, err := strconv.Atoi(match[2])
				if err != nil {
					return nil, err
				}
				list = append(list, finding{file: match[1], line: line, rule: check(s.Message), message: s.Message})
			}
		}
	}
	return list, nil
}

// parseStaticcheck reads one document a line.
func parseStaticcheck(out []byte) ([]finding, error) {
	var list []finding
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var said struct {
			Code, Message string
			Location      struct {
				File string
				Line int
			}
		}
		switch err := dec.Decode(&said); {
		case errors.Is(err, io.EOF):
			return list, nil
		case err != nil:
			return nil, err
		case said.Code == "compile" && !strings.Contains(said.Message, "linter directive"):
			return nil, errors.New(said.Message)
		}
		list = append(list, finding{file: said.Location.File, line: said.Location.Line, rule: said.Code, message: said.Message})
	}
}
