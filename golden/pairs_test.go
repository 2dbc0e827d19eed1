package golden

import (
	"bytes"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"pgregory.net/rapid"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/internal/choices"
	"github.com/mintwright/mintwright/internal/tree"
)

// choose returns the draft of a row, its dimensions set in the given order.
func choose(t testing.TB, r choices.Row, order []int) *answers.Draft {
	t.Helper()
	d, err := choices.Draft(r, order)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestPairs renders every pair of choices, and looks at each file as a reader would.
func TestPairs(t *testing.T) {
	rows := choices.Pairs(choices.Dimensions())
	t.Logf("%d services", len(rows))
	for _, r := range rows {
		t.Run(r.String(), func(t *testing.T) {
			checkTree(t, rendered(t, choose(t, r, choices.InOrder())))
		})
	}
}

// TestPairsWork lets the real toolchain judge each of them: go mod tidy has nothing to
// change, and go vet, which type-checks the tests too, nothing to say.
func TestPairsWork(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command on every pair")
	}
	var services []service
	for _, r := range choices.Pairs(choices.Dimensions()) {
		services = append(services, service{r.String(), choose(t, r, choices.InOrder())})
	}
	judge(t, services)
}

// TestSameBytes: the same answers give the same bytes, in whatever order they were given.
func TestSameBytes(t *testing.T) {
	all := choices.Dimensions()
	rapid.Check(t, func(rt *rapid.T) {
		var r choices.Row
		for _, d := range all {
			r = append(r, rapid.IntRange(0, len(d.Choices)-1).Draw(rt, d.Name))
		}
		order := rapid.Permutation(choices.InOrder()).Draw(rt, "order")
		signals := rapid.Permutation(strings.Split(strings.TrimPrefix(chosenSignals(all, r), "telemetry.signals="), ",")).Draw(rt, "signals")
		line := rapid.StringOfN(rapid.Rune(), 0, 40, -1).Draw(rt, "description")

		first, second := choose(t, r, choices.InOrder()), choose(t, r, order)
		if err := second.Set("telemetry.signals", strings.Join(signals, ","), answers.Option); err != nil {
			rt.Fatal(err)
		}
		if first.Set("description", line, answers.Option) == nil {
			if _, err := first.Answers(); err != nil {
				rt.Skip("not one line of text")
			}
			if err := second.Set("description", line, answers.Option); err != nil {
				rt.Fatal(err)
			}
		}
		a, b := rendered(t, first), rendered(t, second)
		if len(a) != len(b) {
			rt.Fatalf("%d files and %d", len(a), len(b))
		}
		for i := range a {
			if a[i].Path != b[i].Path || !bytes.Equal(a[i].Content, b[i].Content) {
				rt.Errorf("%s differs from %s", a[i].Path, b[i].Path)
			}
		}
		gomod, _ := a.Lookup(plan.GoMod)
		command, _ := a.Lookup(plan.Command(commandName(a))) // holds the description
		checkGo(t, command, modfile.ModulePath(gomod.Content))
	})
}

func chosenSignals(all []choices.Dimension, r choices.Row) string {
	i := slices.IndexFunc(all, func(d choices.Dimension) bool { return d.Name == "signals" })
	return all[i].Choices[r[i]][0]
}

// checkTree fails for what no service may have.
func checkTree(t *testing.T, files tree.Tree) {
	t.Helper()
	gomod, _ := files.Lookup(plan.GoMod)
	module := modfile.ModulePath(gomod.Content)
	for _, f := range files {
		if f.Path == plan.Snapshot {
			continue
		}
		// The README names who made the service, a pipeline installs it; the description of a pair may
		// hold anything.
		named := bytes.ReplaceAll(f.Content, []byte("github.com/mintwright/mintwright/cmd/gen@"), nil)
		if f.Path != "README.md" && bytes.Contains(named, []byte("github.com/mintwright")) {
			t.Errorf("%s holds our module path", f.Path)
		}
		for _, trace := range []string{"<%", "%>", "<no value>", "%!", "blueprint"} {
			if f.Path != plan.Lock && f.Path != plan.Answers && f.Path != plan.Command(commandName(files)) && f.Path != "README.md" && bytes.Contains(f.Content, []byte(trace)) {
				t.Errorf("%s holds %q", f.Path, trace)
			}
		}
		if path.Ext(f.Path) == ".go" && !strings.HasSuffix(f.Path, ".pb.go") {
			checkGo(t, f, module)
		}
		if !bytes.HasSuffix(f.Content, []byte("\n")) || bytes.HasSuffix(f.Content, []byte("\n\n")) {
			t.Errorf("%s does not end in one line break", f.Path)
		}
	}
}

func commandName(files tree.Tree) string {
	for _, f := range files {
		if name, ok := strings.CutPrefix(f.Path, "cmd/"); ok {
			return path.Dir(name)
		}
	}
	return ""
}

// checkGo fails for a file that is not as gofmt leaves it, or whose imports do not stand in
// groups: the standard library, others, the service's own.
func checkGo(t *testing.T, f tree.File, module string) {
	t.Helper()
	formatted, err := format.Source(f.Content)
	if err != nil {
		t.Errorf("%s: %v", f.Path, err)
		return
	}
	if !bytes.Equal(formatted, f.Content) {
		t.Errorf("%s is not as gofmt leaves it", f.Path)
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, f.Path, f.Content, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	group, line, last := -1, 0, ""
	for _, spec := range file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Error(err)
		}
		if spec.Name != nil && spec.Name.Name == path.Base(p) {
			t.Errorf("%s names the import %s needlessly", f.Path, p)
		}
		g, at := importGroup(p, module), fset.Position(spec.Pos()).Line
		isNext, isApart := g != group, at > line+1
		switch {
		case g < group:
			t.Errorf("%s: import %s stands in a later group than its own", f.Path, p)
		case group >= 0 && isNext != isApart:
			t.Errorf("%s: import %s and the one above are not grouped", f.Path, p)
		case !isNext && p < last:
			t.Errorf("%s: import %s is not sorted", f.Path, p)
		}
		group, line, last = g, at, p
	}
}

func importGroup(p, module string) int {
	first, _, _ := strings.Cut(p, "/")
	switch {
	case strings.HasPrefix(p, module+"/internal/"), strings.HasPrefix(p, module+"/proto/"):
		return 2
	case strings.Contains(first, "."):
		return 1
	default:
		return 0
	}
}
