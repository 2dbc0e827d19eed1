package golden

import (
	"bytes"
	"fmt"
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
	"github.com/mintwright/mintwright/internal/tree"
)

// A dimension is what is chosen once for a service; each choice is a list of "path=value".
type dimension struct {
	name    string
	choices [][]string
}

// dimensions are the choices that are built, with awkward values among them.
func dimensions() []dimension {
	const (
		collector = "telemetry.collector.address=otel-collector.observability.svc:4317"
		label63   = "a2345678901234567890-b2345678901234567890-c2345678901234567890z"
		host63    = "1-345678901234567890-b2345678901234567890-c23456789012345678900"
	)
	return []dimension{
		{"serve", [][]string{
			{"serve=http"},
			{"serve=http,grpc"},
			{"serve=grpc"},
			{"serve=http,grpc,worker", "store=postgres", "worker.source=postgres"},
			{"serve=worker", "worker.source=nats"},
			{"serve=grpc,worker"},
		}},
		{"unsafe", [][]string{
			nil,
			{"unsafe.0.choice=reflection", "unsafe.0.reason=for the desk"},
			{"unsafe.0.choice=web-pki-ingress", "unsafe.0.reason=it is the shop's window"},
			{"unsafe.0.choice=any-caller", "unsafe.0.reason=a test"},
			{collector, "unsafe.0.choice=plaintext-collector", `unsafe.0.reason=a "test bed" */ // with: no secrets`},
		}},
		{"middleware", [][]string{{"telemetry.middleware=lean"}, {"telemetry.middleware=contrib"}}},
		{"prometheus", [][]string{{"telemetry.prometheus=false"}, {"telemetry.prometheus=true"}}},
		{"signals", [][]string{
			{"telemetry.signals=traces,metrics,logs"},
			{"telemetry.signals=traces,metrics"},
			{"telemetry.signals=traces,logs"},
			{"telemetry.signals=metrics,logs"},
			{"telemetry.signals=traces"},
			{"telemetry.signals=metrics"},
			{"telemetry.signals=logs"},
		}},
		{"module", [][]string{
			{"module=example.com/acme/orders"},
			{"module=github.com/Acme.Co/Or_ders.X/v2"},
			{"module=github.com/spiffe"}, // a dependency's path begins with it
		}},
		{"collector", [][]string{
			nil,
			{collector, "telemetry.collector.id=spiffe://example.org/ns/observability/sa/otel-collector"},
			{collector, "telemetry.collector.tls=system"},
		}},
		{"callers", [][]string{
			nil,
			{"identity.callers=spiffe://example.org/ns/shop/sa/checkout"},
			{"identity.callers=spiffe://example.org/a,spiffe://example.org/b,spiffe://example.org/nobody/knows/me,spiffe://example.org/A.b-c_d"},
			{"identity.federates=partner.example,other_1.example", "identity.callers=spiffe://partner.example/ns/shop/sa/front,spiffe://other_1.example/x"},
		}},
		{"calls", [][]string{
			nil,
			{"calls.0.name=ledger", "calls.0.protocol=http", "calls.0.id=spiffe://example.org/ns/ledger/sa/ledger", "calls.0.address=ledger.ledger.svc:8443"},
			several("http", "type", "err", "source", "http", "a-1-b", label63, "telemetry-shutdown"),
			several("grpc", "type", "err", "client", "grpc", "a-1-b", label63, "orders"),
			append(several("http", "x"), "calls.1.name=y", "calls.1.protocol=grpc", "calls.1.id=spiffe://example.org/y", "calls.1.address=y:1"),
		}},
		{"description", [][]string{
			nil,
			{"description=Nimmt Bestellungen an – für 日本 🎉; \"so\" to say, 100% of `them`."},
			{`description=/* */ func init() { panic("out") } /* // \`},
		}},
		{"owner", [][]string{nil, {"owner=team-orders"}, {"owner=orders@acme.example"}}},
		{"sampling", [][]string{{"telemetry.sampling=0"}, {"telemetry.sampling=1"}, {"telemetry.sampling=0.1"}, {"telemetry.sampling=1e-9"}}},
		{"name", [][]string{{"name=orders"}, {"name=o"}, {"name=" + label63}}},
		{"namespace", [][]string{nil, {"deploy.namespace=" + host63}}},
		{"image", [][]string{nil, {"deploy.image=localhost:5000/a/b__c"}}},
		{"protocol", [][]string{{"telemetry.protocol=grpc"}, {"telemetry.protocol=http/protobuf"}}},
	}
}

// several are calls by a protocol of these names, at addresses of several forms.
func several(protocol string, names ...string) []string {
	addresses := []string{"ledger:8443", "[::1]:1", "127.0.0.1:65535", "a_b.c-d.svc.:443"}
	var sets []string
	for i, name := range names {
		at := fmt.Sprintf("calls.%d.", i)
		sets = append(sets, at+"name="+name, at+"protocol="+protocol, at+"id=spiffe://example.org/sa/"+name, at+"address="+addresses[i%len(addresses)])
	}
	return sets
}

// A row is one choice of each dimension, by its number.
type row []int

// coverPairs returns rows in which every two choices of two dimensions meet at least once. Of
// what could come next it takes, dimension by dimension, the choice that meets the most new
// ones (the greedy method of AETG: Cohen, Dalal, Fredman, Patton, 1997, without the dice).
func coverPairs(sizes []int) []row {
	type pair struct{ d1, c1, d2, c2 int }
	missing := map[pair]bool{}
	var order []pair
	for d1 := range sizes {
		for d2 := d1 + 1; d2 < len(sizes); d2++ {
			for c1 := range sizes[d1] {
				for c2 := range sizes[d2] {
					p := pair{d1, c1, d2, c2}
					missing[p], order = true, append(order, p)
				}
			}
		}
	}
	between := func(d1, c1, d2, c2 int) pair {
		if d1 > d2 {
			d1, c1, d2, c2 = d2, c2, d1, c1
		}
		return pair{d1, c1, d2, c2}
	}
	var rows []row
	for _, first := range order {
		if !missing[first] {
			continue
		}
		r := slices.Repeat(row{-1}, len(sizes))
		r[first.d1], r[first.d2] = first.c1, first.c2
		for d := range sizes {
			if r[d] >= 0 {
				continue
			}
			best, most := 0, -1
			for i := range sizes[d] {
				c := (i + len(rows)) % sizes[d] // ties go round
				met := 0
				for other, chosen := range r {
					if chosen >= 0 && missing[between(d, c, other, chosen)] {
						met++
					}
				}
				if met > most {
					best, most = c, met
				}
			}
			r[d] = best
		}
		for d1 := range r {
			for d2 := d1 + 1; d2 < len(r); d2++ {
				delete(missing, pair{d1, r[d1], d2, r[d2]})
			}
		}
		rows = append(rows, r)
	}
	return rows
}

func TestCoverPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 5), 2, 7).Draw(t, "sizes")
		rows := coverPairs(sizes)
		for d1 := range sizes {
			for d2 := d1 + 1; d2 < len(sizes); d2++ {
				met := map[[2]int]bool{}
				for _, r := range rows {
					met[[2]int{r[d1], r[d2]}] = true
				}
				if len(met) != sizes[d1]*sizes[d2] {
					t.Fatalf("dimensions %d and %d meet in %d ways of %d", d1, d2, len(met), sizes[d1]*sizes[d2])
				}
			}
		}
	})
}

// pairs are the rows of dimensions.
func pairs(all []dimension) []row {
	var sizes []int
	for _, d := range all {
		sizes = append(sizes, len(d.choices))
	}
	return coverPairs(sizes)
}

func (r row) String() string {
	var parts []string
	for i, d := range dimensions() {
		parts = append(parts, d.name+strconv.Itoa(r[i]))
	}
	return strings.Join(parts, ",")
}

// choose returns the draft of a row, its dimensions set in the given order.
func choose(t testing.TB, r row, order []int) *answers.Draft {
	t.Helper()
	all := dimensions()
	d := answers.NewDraft()
	for _, i := range order {
		for _, set := range all[i].choices[r[i]] {
			path, value, _ := strings.Cut(set, "=")
			if err := d.Set(path, value, answers.SetFlag); err != nil {
				t.Fatalf("%s: %v", set, err)
			}
		}
	}
	return d
}

func inOrder() []int {
	var order []int
	for i := range dimensions() {
		order = append(order, i)
	}
	return order
}

// TestPairs renders every pair of choices, and looks at each file as a reader would.
func TestPairs(t *testing.T) {
	rows := pairs(dimensions())
	t.Logf("%d services", len(rows))
	for _, r := range rows {
		t.Run(r.String(), func(t *testing.T) {
			checkTree(t, rendered(t, choose(t, r, inOrder())))
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
	for _, r := range pairs(dimensions()) {
		services = append(services, service{r.String(), choose(t, r, inOrder())})
	}
	judge(t, services)
}

// TestSameBytes: the same answers give the same bytes, in whatever order they were given.
func TestSameBytes(t *testing.T) {
	all := dimensions()
	rapid.Check(t, func(rt *rapid.T) {
		var r row
		for _, d := range all {
			r = append(r, rapid.IntRange(0, len(d.choices)-1).Draw(rt, d.name))
		}
		order := rapid.Permutation(inOrder()).Draw(rt, "order")
		signals := rapid.Permutation(strings.Split(strings.TrimPrefix(chosenSignals(all, r), "telemetry.signals="), ",")).Draw(rt, "signals")
		line := rapid.StringOfN(rapid.Rune(), 0, 40, -1).Draw(rt, "description")

		first, second := choose(t, r, inOrder()), choose(t, r, order)
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

func chosenSignals(all []dimension, r row) string {
	i := slices.IndexFunc(all, func(d dimension) bool { return d.name == "signals" })
	return all[i].choices[r[i]][0]
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
		// The README names who made the service; the description of a pair may hold anything.
		if f.Path != "README.md" && bytes.Contains(f.Content, []byte("github.com/mintwright")) {
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
