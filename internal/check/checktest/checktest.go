// Package checktest makes services in memory for the tests of the areas of gen check: whole ones
// as gen new emits them, to be changed file by file.
package checktest

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/generators/render"
	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/choices"
)

// Release is that of the gen that makes and checks the services.
const Release = "v0.4.0"

// Full is a service with everything, as golden/full has it.
func Full() []string {
	return []string{
		"name=payments", "module=example.com/acme/payments/v2", "owner=team-payments", "description=Takes card payments.",
		"serve=http,grpc,worker", "store=postgres", "worker.source=postgres", "ci=github",
		"identity.trustDomain=acme.example", "identity.path=/ns/shop/sa/payments", "identity.federates=partner.example",
		"identity.callers=spiffe://acme.example/ns/shop/sa/checkout,spiffe://partner.example/ns/web/sa/front",
		"calls.0.name=ledger", "calls.0.protocol=grpc", "calls.0.id=spiffe://acme.example/ns/ledger/sa/ledger", "calls.0.address=ledger.ledger.svc:9443",
		"calls.1.name=fraud-check", "calls.1.protocol=http", "calls.1.id=spiffe://acme.example/ns/risk/sa/fraud-check", "calls.1.address=fraud-check.risk.svc:8443",
		"telemetry.collector.address=otel-collector.observability.svc:4317", "telemetry.collector.id=spiffe://acme.example/ns/observability/sa/otel-collector",
		"telemetry.prometheus=true", "deploy.namespace=shop", "deploy.image=ghcr.io/acme/payments", "deploy.autoscale=keda",
		"deploy.policy=vap,kyverno,gatekeeper", "deploy.gitops=argocd",
	}
}

// Answers are those of "path=value", as --set takes them, over a name and a module.
func Answers(t testing.TB, sets ...string) answers.Answers {
	t.Helper()
	d := answers.NewDraft()
	for _, set := range append([]string{"name=orders", "module=example.com/acme/orders"}, sets...) {
		path, value, _ := strings.Cut(set, "=")
		if err := d.Set(path, value, answers.SetFlag); err != nil {
			t.Fatalf("%s: %v", set, err)
		}
	}
	a, err := d.Answers()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Service is what gen new emits for answers.
func Service(t testing.TB, a answers.Answers) *check.Service {
	t.Helper()
	p, err := plan.Make(a)
	if err != nil {
		t.Fatal(err)
	}
	files, err := render.Tree(p, Release)
	if err != nil {
		t.Fatal(err)
	}
	src := fstest.MapFS{}
	for _, f := range files {
		src[f.Path] = &fstest.MapFile{Data: f.Content, Mode: f.Mode}
	}
	return &check.Service{FS: src, Answers: a, Release: Release}
}

// Edit returns the service with another content in a file; nil means without the file.
func Edit(t testing.TB, s *check.Service, name string, content []byte) *check.Service {
	t.Helper()
	src := maps.Clone(s.FS.(fstest.MapFS))
	delete(src, name)
	if content != nil {
		src[name] = &fstest.MapFile{Data: content, Mode: 0o644}
	}
	edited := *s
	edited.FS = src
	return &edited
}

// Replace returns the service with every old text of a file replaced; it has to be there.
func Replace(t testing.TB, s *check.Service, name, old, text string) *check.Service {
	t.Helper()
	content, err := s.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(content, []byte(old)) {
		t.Fatalf("%s does not hold %q:\n%s", name, old, content)
	}
	return Edit(t, s, name, bytes.ReplaceAll(content, []byte(old), []byte(text)))
}

// Append returns the service with text at the end of a file.
func Append(t testing.TB, s *check.Service, name, text string) *check.Service {
	t.Helper()
	content, err := s.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return Edit(t, s, name, append(slices.Clone(content), text...))
}

// Judge asks an area, which may only speak of rules that it has.
func Judge(t testing.TB, area check.Area, s *check.Service) ([]check.Result, []check.Unchecked) {
	t.Helper()
	results, unchecked, err := area.Check(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if !slices.ContainsFunc(area.Rules, func(rule check.Rule) bool { return rule.ID == r.Rule }) {
			t.Errorf("%s is no rule of the area %s", r.Rule, area.Name)
		}
	}
	return check.Sort(results), check.SortUnchecked(unchecked)
}

// Lines are results in the form "rule file:line: message", where the place is known.
func Lines(results []check.Result) []string {
	var lines []string
	for _, r := range results {
		line := r.Rule
		if place := r.Place(); place != "" {
			line += " " + place
		}
		lines = append(lines, line+": "+r.Message)
	}
	return lines
}

// Silent asks areas about services in which every two choices meet: what was just emitted has no
// findings.
func Silent(t *testing.T, areas ...check.Area) {
	t.Helper()
	rows := choices.Pairs(choices.Dimensions())
	if testing.Short() {
		rows = rows[:min(len(rows), 12)]
	}
	for _, row := range rows {
		a, err := row.Answers()
		if err != nil {
			t.Fatal(err)
		}
		s := Service(t, a)
		for _, area := range areas {
			results, _ := Judge(t, area, s)
			for _, r := range results {
				if r.Severity == check.Finding {
					t.Errorf("%s: %s", row, Lines([]check.Result{r})[0])
				}
			}
		}
	}
}
