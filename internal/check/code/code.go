// Package code is the area "code" of gen check: what gen vet finds in the service's packages. It
// runs go vet with gen as its tool, as gen vet does, so that both share what Go's cache holds.
//
// A finding here is what gen vet shows without flags: errors and warnings of which it is sure.
package code

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/analyzers"
	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/report"
	"github.com/mintwright/mintwright/internal/vet"
	"github.com/mintwright/mintwright/internal/vetconfig"
)

const area = "code"

var (
	load = check.Rule{
		ID: "code.load", Severity: check.Finding,
		Summary: "a package, or its tests, does not compile",
		Why:     "Nothing is found in what cannot be compiled, and the build will fail.",
		Remedy:  "run go vet ./... and mend what it says",
	}
	configuration = check.Rule{
		ID: "code.configuration", Severity: check.Finding,
		Summary: vetconfig.FileName + " has a fault",
		Why:     "It says what gen vet looks for; until it can be read, nothing is.",
		Remedy:  "correct it",
	}
)

// Area returns the area.
func Area() check.Area {
	return check.Area{
		Name: area, Summary: "what gen vet finds in the Go code", Rules: rules(), Alone: true,
		Check: judge,
	}
}

// rules are those of the analyzers, and two more.
func rules() []check.Rule {
	list := []check.Rule{load, configuration}
	for _, r := range analyzers.Rules() {
		list = append(list, check.Rule{
			ID: area + "." + r.ID, Severity: check.Finding, Summary: r.Summary,
			Remedy: "see gen vet --explain " + r.ID,
		})
	}
	return list
}

func judge(ctx context.Context, s *check.Service) ([]check.Result, []check.Unchecked, error) {
	skip := func(why string) []check.Unchecked {
		return []check.Unchecked{{Area: area, What: check.All, Why: why}}
	}
	gocmd := s.Program("go")
	switch {
	case gocmd == "":
		return nil, skip("there is no go in PATH"), nil
	case s.Gen == "":
		return nil, skip("gen does not know its own program"), nil
	case !s.Has("go.mod"):
		return []check.Result{load.At("go.mod", 0, "there is no go.mod").Do("bring it back from the history")}, nil, nil
	}
	config, err := configure(s)
	if err != nil {
		return faults(err), nil, nil
	}
	text, err := config.JSON()
	if err != nil {
		return nil, nil, err
	}
	r, err := vet.Run(ctx, vet.Options{
		Tool: s.Gen, Go: gocmd, Dir: s.Folder, Environ: s.Environ, Patterns: []string{"./..."}, Config: text,
	})
	var refused *vet.Error
	switch {
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case errors.As(err, &refused):
		why := relative(s.Folder, firstWords(refused.Said))
		if isElsewhere(refused.Said) {
			return nil, skip(why), nil
		}
		return []check.Result{load.At("", 0, "go refuses the module: %s", why)}, nil, nil
	case err != nil:
		return nil, nil, err
	}
	var results []check.Result
	for _, f := range report.Sorted(r.Findings) {
		if f.Suppressed == nil && f.Severity.Rank() >= report.Warning.Rank() && f.Confidence.Rank() >= report.Confidence(config.Confidence).Rank() {
			results = append(results, finding(s.Folder, f))
		}
	}
	var unchecked []check.Unchecked
	for _, u := range r.Unchecked {
		why := relative(s.Folder, u.Reason)
		if isElsewhere(why) {
			unchecked = append(unchecked, check.Unchecked{Area: area, What: u.Package, Why: why})
		} else {
			results = append(results, load.At("", 0, "%s could not be checked: %s", u.Package, why))
		}
	}
	return results, unchecked, nil
}

// configure reads mintwright-vet.yaml.
func configure(s *check.Service) (vet.Configuration, error) {
	getenv := func(key string) string {
		for _, kv := range slices.Backward(s.Environ) {
			if k, v, _ := strings.Cut(kv, "="); k == key {
				return v
			}
		}
		return ""
	}
	place, err := vet.Locate(s.Folder, getenv)
	if err != nil {
		return vet.Configuration{}, err
	}
	var ids []string
	for _, r := range analyzers.Rules() {
		ids = append(ids, r.ID)
	}
	return place.Configure(s.Folder, "", ids, getenv)
}

// faults are what is wrong with mintwright-vet.yaml, or with a go.work around the service.
func faults(err error) []check.Result {
	list := vetconfig.Faults(err)
	if list == nil {
		return []check.Result{configuration.At("", 0, "%v", err)}
	}
	var results []check.Result
	for _, f := range list {
		message := f.Problem
		if f.Field != "" {
			message = f.Field + ": " + message
		}
		results = append(results, configuration.At(vetconfig.FileName, f.Line, "%s", message).Do("%s", f.Remedy))
	}
	return results
}

// finding is one of gen vet's.
func finding(folder string, f report.Finding) check.Result {
	rule := check.Rule{ID: area + "." + f.Rule, Severity: check.Finding, Remedy: "see gen vet --explain " + f.Rule}
	if len(f.Fixes) > 0 {
		rule.Remedy = "run gen vet --fix --only " + f.Rule
	}
	name := f.Position.File
	if rel, err := filepath.Rel(folder, name); err == nil && filepath.IsLocal(rel) {
		name = rel
	}
	return rule.At(filepath.ToSlash(name), f.Position.Line, "%s", f.Message)
}

// firstWords returns the first line, and the next where the first only announces it.
func firstWords(said string) string {
	first, rest, _ := strings.Cut(said, "\n")
	if strings.HasSuffix(first, ":") {
		next, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
		first += " " + next
	}
	return strings.TrimPrefix(first, "go: ")
}

// relative drops the service's folder from what cmd/go says.
func relative(folder, text string) string {
	return cmp.Or(strings.ReplaceAll(text, folder+string(filepath.Separator), ""), "go vet says nothing of it")
}

// isElsewhere reports whether a package cannot be loaded because of where gen runs, and not of
// what the service is: a module has to be downloaded first.
func isElsewhere(why string) bool {
	return slices.ContainsFunc([]string{
		"module lookup disabled", "dial tcp", "no such host", "connection refused", "i/o timeout", "TLS handshake",
		"404 Not Found", "410 Gone", "toolchain not available", "GOTOOLCHAIN=local",
	}, func(part string) bool { return strings.Contains(why, part) })
}
