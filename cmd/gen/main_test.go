package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/analyzers"
	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/dev/otlp"
)

func TestSuiteIsSorted(t *testing.T) {
	last := ""
	for _, a := range analyzers.Suite() {
		if a.Name <= last {
			t.Errorf("%s comes after %s", a.Name, last)
		}
		last = a.Name
	}
}

func TestVersionOf(t *testing.T) {
	settings := []debug.BuildSetting{
		{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-11-23T00:00:00Z"}, {Key: "vcs.modified", Value: "true"},
	}
	for version, want := range map[string]string{
		"v1.2.3":                               "v1.2.3",
		"v1.2.3-rc.1":                          "v1.2.3-rc.1",
		"(devel)":                              devel,
		"":                                     devel,
		"v0.0.0-20261123000000-abcdefabcdef":   devel,
		"v1.2.4-0.20261123000000-abcdefabcdef": devel,
		"v1.2.3+dirty":                         devel,
		"v0.0.0-20261123000000-abcdefabcdef+dirty": devel,
	} {
		got := versionOf(&debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: version}, Settings: settings})
		if got.Version != want {
			t.Errorf("%q: want %q, got %q", version, want, got.Version)
		}
		if got.Revision != "abc" || got.Time == "" || !got.Modified || got.Go != "go1.26.8" {
			t.Errorf("%q: got %+v", version, got)
		}
	}
	if got := versionOf(nil); got.Version != devel || got.Time != "" || got.Revision != "" {
		t.Errorf("without build information: got %+v", got)
	}
}

func TestReport(t *testing.T) {
	fault := &answers.Fault{Field: "name", Problem: "missing", Remedy: "give it"}
	for _, tc := range []struct {
		err  error
		code int
		want string
	}{
		{nil, exitDone, ""},
		{errors.New("a\nb\x1b[31m"), exitFailed, "gen: error: a b\uFFFD[31m\n"},
		{errInterrupted, exitInterrupted, "gen: interrupted; nothing was written\n"},
		{context.Canceled, exitInterrupted, "gen: interrupted\n"},
		{errors.Join(context.Canceled, errors.New("cleaning up: a")), exitInterrupted, "gen: error: cleaning up: a\ngen: interrupted\n"},
		{wrongUsage(errors.New("a"), "b", "c"), exitUsage, "gen: error: a\ngen: hint: b\ngen: hint: c\n"},
		{
			errors.Join(fault, &answers.Fault{Field: "module", Problem: "wrong", Remedy: "mend it"}), exitUsage,
			"gen: error: name: missing\ngen: hint: give it\ngen: error: module: wrong\ngen: hint: mend it\n",
		},
		{
			&problem{code: exitFindings, err: errors.Join(errors.New("a"), errors.New("b")), hints: []string{"c"}}, exitFindings,
			"gen: error: a\ngen: error: b\ngen: hint: c\n",
		},
	} {
		var b bytes.Buffer
		code := conclude(&b, tc.err)
		if diff := cmp.Diff(tc.want, b.String()); diff != "" || code != tc.code {
			t.Errorf("%v: want %d, got %d (-want +got):\n%s", tc.err, tc.code, code, diff)
		}
	}
}

func TestRepositoryPath(t *testing.T) {
	for remote, want := range map[string]string{
		"git@github.com:acme/mono.git":              "github.com/acme/mono",
		"https://github.com/acme/mono.git":          "github.com/acme/mono",
		"https://ada:secret@git.acme.example/a/b":   "git.acme.example/a/b",
		"ssh://git@git.acme.example:2222/acme/mono": "git.acme.example/acme/mono",
		"/srv/git/mono.git":                         "",
		"file:///srv/git/mono.git":                  "",
		"../mono":                                   "",
		"C:\\git\\mono":                             "",
		"":                                          "",
	} {
		if got := repositoryPath(remote); got != want {
			t.Errorf("%q: want %q, got %q", remote, want, got)
		}
	}
}

// cmd/go starts gen once for every package that it vets: what packages do before main is
// done that often. Our own may make a few error values, but no maps; the sum is bounded so
// that a new dependency is noticed.
func TestInitIsCheap(t *testing.T) {
	if testing.Short() {
		t.Skip("builds gen")
	}
	program := filepath.Join(t.TempDir(), "gen.exe")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("building gen: %v\n%s", err, out)
	}
	cmd := exec.Command(program, "version")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	var trace bytes.Buffer
	cmd.Stderr = &trace
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	const (
		ours    = 12  // allocations of one package of ours
		oursMax = 512 // and their bytes: a map of some entries has more
		docMax  = 24 << 10
		// Some 3,000 allocations and 1 MiB of these are the analyzers of go vet, most of it
		// one table of x/tools' internal/stdlib: decision 019.
		all    = 8_000
		allKiB = 2_048
	)
	line := regexp.MustCompile(`init (\S+) @.* (\d+) bytes, (\d+) allocs`)
	var allocs, bytes int
	found := line.FindAllStringSubmatch(trace.String(), -1)
	for _, m := range found {
		b, _ := strconv.Atoi(m[2])
		a, _ := strconv.Atoi(m[3])
		bytes, allocs = bytes+b, allocs+a
		most := oursMax
		if strings.HasPrefix(m[1], "github.com/mintwright/mintwright/analyzers/") {
			most = docMax // its documentation, without the slashes
		}
		if strings.HasPrefix(m[1], "github.com/mintwright/") && (a > ours || b > most) {
			t.Errorf("%s allocates %d times and %d bytes before main; at most %d and %d", m[1], a, b, ours, most)
		}
	}
	if len(found) == 0 {
		t.Fatalf("no trace in\n%s", trace.String())
	}
	if allocs > all || bytes > allKiB<<10 {
		t.Errorf("packages allocate %d times and %d bytes before main; at most %d and %d KiB", allocs, bytes, all, allKiB)
	}
	t.Logf("%d packages, %d allocations, %d bytes", len(found), allocs, bytes)
}

// What cannot be written is an error, of help too: a script would take nothing for an answer.
func TestOutputErrors(t *testing.T) {
	for _, args := range [][]string{{}, {"--help"}, {"new", "--help"}, {"help", "new"}, {"version"}, {"version", "--json"}, {"completion", "bash"}} {
		var stderr bytes.Buffer
		env := &Env{
			Stdin: strings.NewReader(""), Stdout: full{}, Stderr: &stderr, Dir: t.TempDir(),
			IsTerminal: func(any) bool { return false },
		}
		if code := run(t.Context(), env, args); code != exitFailed || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("gen %v: want exit code %d and the reason, got %d, %q", args, exitFailed, code, &stderr)
		}
	}
}

// full is a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestNewestTrace(t *testing.T) {
	trace := func(id, status string) otlp.Trace {
		return otlp.Trace{ID: id, Spans: []otlp.Span{
			{Attributes: map[string]string{"http.response.status_code": status}},
			{Attributes: map[string]string{"http.response.status_code": "404"}}, // of somebody it asked
		}}
	}
	greeting, refused, icon := trace("greeting", "200"), trace("refused", "403"), trace("icon", "404")
	for want, traces := range map[string][]otlp.Trace{
		"greeting": {refused, greeting, icon, icon},
		"refused":  {greeting, icon, refused},
		"icon":     {icon},
	} {
		if got := newest(traces).ID; got != want {
			t.Errorf("want %s, got %s", want, got)
		}
	}
}
