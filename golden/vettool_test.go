package golden

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/mintwright/mintwright/analyzers"
	"github.com/mintwright/mintwright/internal/vet"
)

// TestMain makes this program the vet tool of its own tests: so a result that go test keeps
// falls with the analyzers.
func TestMain(m *testing.M) {
	if vet.IsProtocol(os.Args[1:]) {
		vetTool(os.Args[1:])
		return
	}
	m.Run()
}

// strict is the configuration that gen vet has for a service.
const strict = `{"strict":true}`

// vetTool answers cmd/go as gen does. It returns only from -V=full.
func vetTool(args []string) {
	if args[0] == "-V=full" {
		name, err := os.Executable()
		must(err)
		program, err := os.Open(name)
		must(err)
		line, err := vet.Version(program, strict)
		must(err)
		fmt.Println(line)
		return
	}
	list, err := vet.Tool(args, analyzers.Suite(), func() (string, error) { return strict, nil })
	must(err)
	unitchecker.Main(list...)
}

// must ends the tool; cmd/go shows why.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// vetArgs are the arguments by which go vet judges a service as gen vet does and as itself.
func vetArgs(t *testing.T, more ...string) []string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return append(append([]string{"vet", "-vettool=" + program, "-policy.standard"}, more...), "./...")
}
