// Package generate runs the go:generate directives of gen, one or all of a module, in one process.
//
// A directive is a //go:generate line that runs trace, client, attrs or proto of gen: as
// "gen", as "go tool gen", or as "go run" of it without a version of its own. Which lines of which
// files count is what "go help generate" says; the go command is not asked. What comes out is, byte
// for byte, what "go generate" would leave behind.
//
// The way is one: Find the directives, Make their files in memory, and leave the writing to the
// caller. Nothing is made in part: one directive that cannot be run is an error of the whole.
//
// What has not changed since the last run is not made again: a record in the user's cache folder
// says which inputs led to which outputs, in hashes. Without it all is the same, and takes longer.
package generate

import (
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/stamp"
)

// Directive is one line that runs gen.
type Directive struct {
	Dir     string   // the folder, absolute
	File    string   // its file in it; "" when gen was started by hand
	Line    int      // 0 when unknown
	Package string   // what $GOPACKAGE is there; "" when unknown
	Args    []string // after gen: the verb first
}

// Place is the directive's file, absolute; its folder when that is unknown.
func (d Directive) Place() string { return filepath.Join(d.Dir, d.File) }

// Command is the directive's command line for people: without quotes, and without what only says
// whether to write.
func (d Directive) Command() string {
	return strings.Join(append([]string{"gen"}, stamp.Lasting(d.Args)...), " ")
}

// fault is what is wrong with the directive itself.
func (d Directive) fault(problem, remedy string) *fault.Fault {
	f := &fault.Fault{Problem: problem, Remedy: remedy}
	if d.File != "" {
		f.File, f.Line = d.Place(), d.Line
	}
	return f
}

// Mode holds the flags that every verb has besides its own: whether to write, what to print.
type Mode struct {
	Check, DryRun, JSON, Quiet bool
}

// Flags adds the flags.
func (m *Mode) Flags(f *pflag.FlagSet) {
	f.BoolVar(&m.Check, "check", false, "write nothing; list what is not up to date, and exit with 3 when there is any")
	f.BoolVar(&m.DryRun, "dry-run", false, "write nothing; list what would be written")
	f.BoolVar(&m.JSON, "json", false, "print one JSON document")
	f.BoolVarP(&m.Quiet, "quiet", "q", false, "print errors only")
}

// Writes says whether files are to be written.
func (m Mode) Writes() bool { return !m.Check && !m.DryRun }

// TwoDashes gives long flags the second dash that the flags of Go's own tools do not have.
func TwoDashes(args []string) []string {
	changed := append([]string{}, args...)
	for i, a := range args {
		if a == "--" {
			break
		}
		if len(a) > len("-x") && a[0] == '-' && a[1] != '-' && a[2] != '=' {
			changed[i] = "-" + a
		}
	}
	return changed
}
