package source

import (
	"cmp"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	difference "github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/packages"
)

// The model of an interface out of sources that are read in part says what the compiler's export
// data say of it: of its methods, and of all that can be named of the types that they mention.
// WILD is a list of other packages to take instead, in the build list of this module.
func TestAgainstExportData(t *testing.T) {
	if testing.Short() {
		t.Skip("the compiler runs")
	}
	patterns := strings.Fields(cmp.Or(os.Getenv("WILD"), "context crypto crypto/tls database/sql/driver encoding/... fmt go/types hash image/... io/... net net/http os reflect sort testing testing/fstest"))
	listed, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile, Dir: "../.."}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	p := here(t)
	p.world.listPatterns(p.unit.home, p.Dir, false, patterns)
	made, refused := 0, 0
	for _, l := range listed {
		for _, name := range l.Types.Scope().Names() {
			want, ok := l.Types.Scope().Lookup(name).(*types.TypeName)
			if !ok || !want.Exported() || !types.IsInterface(want.Type()) || l.Name == "main" {
				continue
			}
			got, err := p.Interface(l.PkgPath + "." + name)
			if err != nil {
				t.Log(err)
				refused++
				continue
			}
			made++
			compare(t, want.Type(), got)
		}
	}
	t.Logf("%d made, %d refused", made, refused)
	if made < 100 {
		t.Errorf("only %d interfaces were compared", made)
	}
}

// here is the package of this test.
func here(t *testing.T) *Package {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	site := Site{Dir: dir, File: "source.go", Line: 1, Package: "source"}
	w, err := Load(t.Context(), nil, site)
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.Package(site)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func compare(t *testing.T, want types.Type, got *Interface) {
	t.Helper()
	in := want.Underlying().(*types.Interface)
	if len(got.Methods) != in.NumMethods() {
		t.Errorf("%s: want %d methods, got %d", want, in.NumMethods(), len(got.Methods))
	}
	known, found := map[string]string{}, map[string]string{}
	explore(want, known)
	explore(got.Type, found)
	for _, name := range sortedKeys(known) {
		if known[name] != found[name] {
			t.Errorf("%s: %s: -want +got\n%s", want, name, difference.Diff(known[name], found[name]))
		}
	}
}

// invented is a result that has no name in the source, and one in export data.
var invented = regexp.MustCompile(`\(#rv1 ([^()]*)\)`)

// explore notes what can be named of each type that t mentions, directly or not.
func explore(t types.Type, seen map[string]string) {
	walk(t, func(t types.Type) bool {
		named, ok := t.(*types.Named)
		if !ok || named.Obj().Pkg() == nil {
			if alias, ok := t.(*types.Alias); ok {
				explore(types.Unalias(alias), seen)
			}
			return true
		}
		name := named.String()
		if _, ok := seen[name]; ok || strings.Count(name, "[") > 2 { // some instances have ever greater ones
			return true
		}
		seen[name] = ""
		var lines []string
		note := func(role, name string, t types.Type) {
			if token.IsExported(name) {
				lines = append(lines, role+" "+name+" "+strings.ReplaceAll(invented.ReplaceAllString(t.String(), "$1"), "interface{}", "any"))
				explore(t, seen)
			}
		}
		for m := range named.Methods() {
			note("method", m.Name(), m.Type())
		}
		switch under := named.Underlying().(type) {
		case *types.Struct:
			for f := range under.Fields() {
				note("field", f.Name(), f.Type())
			}
		case *types.Interface:
			for m := range under.Methods() {
				note("method", m.Name(), m.Type())
			}
		default:
			lines = append(lines, under.String())
		}
		slices.Sort(lines)
		seen[name] = strings.Join(lines, "\n\t")
		return true
	})
}
