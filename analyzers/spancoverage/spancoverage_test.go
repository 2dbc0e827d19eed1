package spancoverage

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
	"github.com/mintwright/mintwright/analyzers/policy"
)

func TestCoverage(t *testing.T) {
	if err := policy.Analyzer.Flags.Set("coverage", "true"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = policy.Analyzer.Flags.Set("coverage", "false") })
	got := map[string]Coverage{}
	for _, r := range fixtest.Run(t, Analyzer, fixtest.Options{}, "cov", "bare") {
		c := *r.Result.(*Coverage)
		for i := range c.Without {
			c.Without[i].File = filepath.Base(c.Without[i].File)
		}
		if c.Package != "cov.test" { // the program that runs the tests
			got[c.Package] = c
		}
	}
	want := map[string]Coverage{
		"cov": {
			Package: "cov", Boundaries: 2, BoundariesWith: 1, Functions: 6, FunctionsWith: 3,
			Without: []Func{{"(*server).without", "cov.go", 22}, {"(*server).handle", "cov.go", 24}, {"bare", "cov.go", 32}},
		},
		"bare": {Package: "bare", Boundaries: 1, Functions: 1, Without: []Func{{"Get", "bare.go", 9}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Nobody asked.
func TestUnasked(t *testing.T) {
	for _, r := range fixtest.Run(t, Analyzer, fixtest.Options{}, "cov") {
		if c := r.Result.(*Coverage); c != nil {
			t.Errorf("want nil, got %v", c)
		}
	}
}
