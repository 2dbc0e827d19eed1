package semconvkey

import (
	"strings"
	"testing"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/internal/knowledge/semconv"
)

func Test(t *testing.T) {
	fixtest.Run(t, Analyzer, fixtest.Options{},
		"silent", "future", "renamed", "keys", "foreign", "old", "helpers", "types", "nears", "lists", "between", "merge", "tracer", "two", "notype", "comments", "mixed")
}

// TestShown sees to it that what may well be wanted is not shown.
func TestShown(t *testing.T) {
	fixtest.Run(t, Analyzer, fixtest.Options{Shown: true}, "choice", "silent", "shown")
}

func TestNamespace(t *testing.T) {
	on := policy.Config{Rules: map[string]string{"semconvkey.namespace": "on"}}
	fixtest.Run(t, Analyzer, fixtest.Options{Config: on}, "namespaces")
}

func TestStyle(t *testing.T) {
	on := policy.Config{Rules: map[string]string{"semconvkey.style": "on"}}
	fixtest.Run(t, Analyzer, fixtest.Options{Config: on}, "styles")
}

func TestTeam(t *testing.T) {
	registry := policy.Config{Attributes: []policy.Attribute{
		{Key: "acme.tenant.id", Type: "string"},
		{Key: "acme.rows.count", Type: "int"},
		{Key: "acme.client", Type: "string", RenamedTo: "acme.tenant.id", Deprecated: "renamed to acme.tenant.id"},
		{Key: "acme.secret", Type: "string", Deprecated: "nobody may see it"},
		{Key: "acme.label", Type: "template[string]"},
		{Key: "acme.any", Type: "something new"},
		{Key: "acme.code", Type: "enum", Members: []string{"0", "1"}},
		{Key: "acme.mode", Type: "enum", Members: []string{"on", "off"}},
		{Key: "http.method", Type: "string"},
	}}
	fixtest.Run(t, Analyzer, fixtest.Options{Config: registry}, "team", "teamcomments")
}

func TestRules(t *testing.T) {
	for _, r := range Rules() {
		if r.Analyzer() != Analyzer.Name || r.Summary == "" {
			t.Errorf("%+v", r)
		}
	}
}

// TestDoc holds the table of the doc against what is known.
func TestDoc(t *testing.T) {
	rows := 0
	for line := range strings.Lines(Analyzer.Doc) {
		old, to, ok := strings.Cut(strings.TrimSpace(line), " -> ")
		if !ok {
			continue
		}
		rows++
		k, known := semconv.Lookup(strings.TrimSpace(old))
		if !known || k.Change == nil {
			t.Errorf("%s is alive or unknown", old)
			continue
		}
		for _, target := range k.Change.Targets() {
			if !strings.Contains(to, target.Key) || !strings.Contains(to, target.On) {
				t.Errorf("%s: the doc says %q and knowledge %v", old, to, k.Change.Targets())
			}
		}
		if to == "nothing" != (len(k.Change.Targets()) == 0) {
			t.Errorf("%s: the doc says %q and knowledge %v", old, to, k.Change.Targets())
		}
	}
	if rows < 30 {
		t.Errorf("%d rows", rows)
	}
	for _, r := range Rules() {
		if !strings.Contains(Analyzer.Doc, "\n# Rule "+r.ID+"\n") {
			t.Errorf("the doc has no heading for %s", r.ID)
		}
	}
}
