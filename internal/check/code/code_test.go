package code

import (
	"errors"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/checktest"
	"github.com/mintwright/mintwright/internal/report"
)

// What it finds is shown by the scripts of cmd/gen, which have a gen to run.

func TestUnchecked(t *testing.T) {
	none := func(string) (string, error) { return "", exec.ErrNotFound }
	here := func(string) (string, error) { return "/usr/bin/go", nil }
	module := fstest.MapFS{"go.mod": {Data: []byte("module x\n")}}
	for want, s := range map[string]*check.Service{
		"there is no go in PATH":            {FS: module, LookPath: none, Gen: "/bin/gen"},
		"gen does not know its own program": {FS: module, LookPath: here},
	} {
		results, unchecked := checktest.Judge(t, Area(), s)
		if len(results) > 0 || len(unchecked) != 1 || unchecked[0] != (check.Unchecked{Area: "code", What: check.All, Why: want}) {
			t.Errorf("%s: %+v, %+v", want, results, unchecked)
		}
	}
}

func TestFinding(t *testing.T) {
	folder := t.TempDir()
	f := report.Finding{Rule: "spanend.leak", Message: "span is not ended", Position: report.Position{File: filepath.Join(folder, "a", "b.go"), Line: 7}}
	fixed := f
	fixed.Fixes, fixed.Position.File = []report.Fix{{}}, "/elsewhere/c.go"
	want := []check.Result{
		{Area: "code", Rule: "code.spanend.leak", Severity: check.Finding, File: "a/b.go", Line: 7, Message: "span is not ended", Remedy: "see gen vet --explain spanend.leak"},
		{Area: "code", Rule: "code.spanend.leak", Severity: check.Finding, File: "/elsewhere/c.go", Line: 7, Message: "span is not ended", Remedy: "run gen vet --fix --only spanend.leak"},
	}
	if diff := cmp.Diff(want, []check.Result{finding(folder, f), finding(folder, fixed)}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFaults(t *testing.T) {
	got := faults(errors.New("reading the workspace: go.work:1: unknown directive"))
	if len(got) != 1 || got[0].Rule != "code.configuration" || got[0].File != "" {
		t.Errorf("got %+v", got)
	}
}

func TestIsElsewhere(t *testing.T) {
	for why, want := range map[string]bool{
		"example.com/x@v1.0.0: module lookup disabled by GOPROXY=off":                       true,
		`Get "https://proxy.golang.org/x": dial tcp: lookup proxy.golang.org: no such host`: true,
		"go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)":                 true,
		"a.go:3:9: undefined: nothing":                                                      false,
		"no required module provides package example.com/x; to add it:":                     false,
		"missing go.sum entry for module providing package example.com/x":                   false,
		"pattern x.sql: no matching files found":                                            false,
		"package example.com/x/internal/y is not in std":                                    false,
		"import cycle not allowed":                                                          false,
		"build constraints exclude all Go files in /home/a/b":                               false,
		"found packages a (a.go) and b (b.go) in /home/a/b":                                 false,
		"could not import example.com/x (open : no such file or directory)":                 false,
		"a package that it imports could not be compiled":                                   false,
		"verifying example.com/x@v1.0.0: checksum mismatch":                                 false,
		"inconsistent vendoring in /home/a: example.com/x@v1: is explicitly...":             false,
	} {
		if got := isElsewhere(why); got != want {
			t.Errorf("%s: got %t", why, got)
		}
	}
}
