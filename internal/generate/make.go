package generate

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/tree"
	"github.com/mintwright/mintwright/internal/workspace"
)

// Options says how directives are made. Its zero value makes all of them, in the environment of
// the process.
type Options struct {
	Environ []string  // key=value, for the go command too; nil is that of the process
	Cache   string    // the folder of the records; "" is none
	Force   bool      // makes also what the records say has not changed
	Stderr  io.Writer // gets what plugins say; nil: nobody does

	verbs []verb // nil: those that there are
}

// Result is what became of a directive.
type Result struct {
	Directive
	Mode   Mode        // what its own flags say
	Module string      // the folder of go.mod, absolute; paths start there
	Files  []tree.File // what it makes; nil when it was skipped
	Kept   []string    // when it was skipped: the files that it had made, which are up to date

	Warnings []*fault.Fault // what is doubtful, and no reason to stop
}

// Made is what became of all directives.
type Made struct {
	Results []Result

	jobs    []*job
	records *records
}

// Make makes the output of directives in memory. Nothing is written.
//
// What is wrong with directives and the files that they read are *fault.Fault, several joined, as
// far as they can be found in one run. With an error the results are those of the directives that
// can be run: something to compare, and nothing to write.
func Make(ctx context.Context, o Options, list []Directive) (Made, error) {
	if o.verbs == nil {
		o.verbs = verbs()
	}
	if o.Environ == nil {
		o.Environ = os.Environ()
	}
	var problems []error
	var jobs []*job
	for _, d := range list {
		j, err := prepare(d, o)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		jobs = append(jobs, j)
	}
	made := Made{Results: make([]Result, len(jobs)), jobs: jobs, records: openRecords(o, jobs)}
	for i, j := range jobs {
		made.Results[i] = Result{Directive: j.Directive, Mode: j.mode, Module: j.module}
		if !o.Force {
			made.Results[i].Kept = made.records.unchanged(i)
		}
	}
	problems = append(problems, made.run(ctx, o), made.distinct())
	return made, errors.Join(problems...)
}

// prepare reads a directive's flags and finds its module.
func prepare(d Directive, o Options) (*job, error) {
	j, err := newJob(d, o.verbs)
	if err != nil {
		return nil, err
	}
	if j.module = workspace.Module(d.Dir); j.module == "" {
		return nil, d.fault(fmt.Sprintf("%s lies in no Go module", d.Dir), "make one with go mod init")
	}
	return j, nil
}

// run makes what is not up to date: what comes from other files than Go first, for Go packages may
// use it. Then no Go package is as it was.
func (m *Made) run(ctx context.Context, o Options) error {
	var problems []error
	early := m.load(ctx, o, nil, m.typed(false)) // the go command has its time meanwhile
	for i, j := range m.jobs {
		if j.plain == nil || m.Results[i].Kept != nil {
			continue
		}
		list, err := j.plain(ctx, o)
		problems = append(problems, m.take(i, list, err))
		if ctx.Err() != nil {
			break
		}
	}
	world, err := early()
	if err != nil || ctx.Err() != nil {
		return cmp.Or(ctx.Err(), err)
	}
	overlay := m.unwritten()
	typed := m.typed(len(overlay) > 0)
	if len(overlay) > 0 {
		if world, err = m.load(ctx, o, overlay, typed)(); err != nil {
			return err
		}
	}
	return errors.Join(append(problems, m.fromTypes(ctx, o, world, typed, len(overlay)))...)
}

// typed returns the jobs that read Go packages: those that are to be made, or all.
func (m *Made) typed(all bool) []int {
	var list []int
	for i, j := range m.jobs {
		if j.typed != nil && (all || m.Results[i].Kept == nil) {
			m.Results[i].Kept = nil
			list = append(list, i)
		}
	}
	return list
}

// load begins to load the packages of some jobs; what it returns waits for them.
func (m *Made) load(ctx context.Context, o Options, overlay map[string][]byte, list []int) func() (*source.World, error) {
	var sites []source.Site
	for _, i := range list {
		sites = append(sites, m.jobs[i].site())
	}
	var world *source.World
	var err error
	var done sync.WaitGroup
	if len(sites) > 0 {
		done.Go(func() { world, err = source.LoadOver(ctx, o.Environ, overlay, sites...) })
	}
	return func() (*source.World, error) {
		done.Wait()
		return world, err
	}
}

// unwritten returns the Go that was made and differs from what is on the disk.
func (m *Made) unwritten() map[string][]byte {
	list := map[string][]byte{}
	for _, r := range m.Results {
		for _, f := range r.Files {
			if !strings.HasSuffix(f.Path, ".go") {
				continue
			}
			if old, err := readFile(r.Path(f.Path)); err != nil || !bytes.Equal(old, f.Content) {
				list[r.Path(f.Path)] = f.Content
			}
		}
	}
	return list
}

// fromTypes makes what comes from Go packages, which are loaded at once, with known files that are
// not written yet. What cannot be made is tried again when more has been made that it may need.
func (m *Made) fromTypes(ctx context.Context, o Options, world *source.World, list []int, known int) error {
	for {
		failed, err := m.round(ctx, world, list)
		if len(failed) == 0 || ctx.Err() != nil {
			return cmp.Or(ctx.Err(), err)
		}
		overlay := m.unwritten()
		if len(overlay) == known {
			return err
		}
		list, known = failed, len(overlay)
		if world, err = m.load(ctx, o, overlay, list)(); err != nil {
			return err
		}
	}
}

// round tries to make some of the jobs, and returns those that failed.
func (m *Made) round(ctx context.Context, world *source.World, list []int) (failed []int, err error) {
	var problems []error
	for _, i := range list {
		if ctx.Err() != nil {
			return list, ctx.Err()
		}
		if err := m.fromType(world, i); err != nil {
			failed, problems = append(failed, i), append(problems, err)
		}
	}
	return failed, errors.Join(problems...)
}

func (m *Made) fromType(world *source.World, i int) error {
	j := m.jobs[i]
	p, err := world.Package(j.site())
	if err != nil {
		return j.place(err)
	}
	files, err := j.typed(p)
	return m.take(i, []output{{p.Dir, files}}, err)
}

func (d Directive) site() source.Site {
	return source.Site{Dir: d.Dir, File: d.File, Line: d.Line, Package: d.Package}
}

// take notes what a job made.
func (m *Made) take(i int, list []output, err error) error {
	j := m.jobs[i]
	if err != nil {
		return j.place(err)
	}
	m.Results[i].Files, m.Results[i].Warnings = []tree.File{}, j.warnings
	for _, o := range list {
		for _, f := range o.files {
			name, err := j.inside(filepath.Join(o.dir, filepath.FromSlash(f.Path)))
			if err != nil {
				return err
			}
			f.Path = name
			m.Results[i].Files = append(m.Results[i].Files, f)
		}
	}
	return nil
}

// inside returns the path of an output from the folder of its module.
func (j *job) inside(name string) (string, error) {
	rel, err := filepath.Rel(j.module, name)
	if err != nil || !filepath.IsLocal(rel) {
		return "", j.fault(fmt.Sprintf("its output %s lies outside the module", name), "choose a file below "+j.module)
	}
	if base := filepath.Base(name); strings.HasSuffix(base, ".go") && (base[0] == '_' || base[0] == '.') {
		return "", j.fault(fmt.Sprintf("its output %s has a name that Go passes over", base), "choose one that begins with a letter, with -o")
	}
	if err := tree.CheckPath(filepath.ToSlash(rel)); err != nil {
		return "", j.fault(fmt.Sprintf("its output cannot be written on every system: %s", err), "choose another name with -o, of letters from a to z")
	}
	if home := workspace.Module(filepath.Dir(name)); home != "" && home != j.module {
		return "", j.fault(fmt.Sprintf("its output %s lies in another module", name), "choose a file of its own module, or move the line to the other one")
	}
	return filepath.ToSlash(rel), nil
}

// place gives faults that have no place, or that of an output, the place of the directive.
func (d Directive) place(err error) error {
	list := fault.All(err)
	if list == nil {
		return fmt.Errorf("%s: %w", d.Command(), err)
	}
	var placed []error
	for _, f := range list {
		one := *f
		switch {
		case one.File != "" && filepath.IsAbs(one.File):
		case d.File == "" && one.File != "":
			one.File = filepath.Join(d.Dir, one.File)
		case one.File != "":
			one.Problem = one.Fact()
			fallthrough
		default:
			at := d.fault("", "")
			one.File, one.Line, one.Column = at.File, at.Line, 0
		}
		placed = append(placed, &one)
	}
	return errors.Join(placed...)
}

// distinct refuses two directives with one output.
func (m *Made) distinct() error {
	var problems []error
	first := map[string]int{}
	for i, r := range m.Results {
		for _, name := range r.Names() {
			full := r.Path(name)
			key := strings.ToLower(full) // on some systems they are one file
			other, taken := first[key]
			if !taken {
				first[key] = i
				continue
			}
			if other == i {
				problems = append(problems, r.fault(fmt.Sprintf("%s writes %s twice", r.Command(), full), "name what it makes once, and by names that differ in more than case"))
			} else {
				problems = append(problems, r.fault(
					fmt.Sprintf("%s writes %s, and so does %s at %s:%d", r.Command(), full, m.Results[other].Command(), m.Results[other].Place(), m.Results[other].Line),
					"give one of them another file with -o, or take it away",
				))
			}
		}
	}
	return errors.Join(problems...)
}

// Path makes the path of one of the files absolute.
func (r Result) Path(name string) string { return filepath.Join(r.Module, filepath.FromSlash(name)) }

// Names returns the files of a result, whether they were made or are up to date.
func (r Result) Names() []string {
	if r.Files == nil {
		return r.Kept
	}
	var list []string
	for _, f := range r.Files {
		list = append(list, f.Path)
	}
	return list
}
