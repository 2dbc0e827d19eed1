package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/generators/trace"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/tree"
	"github.com/mintwright/mintwright/internal/wild/probe"
)

// home is the path of the module that is made.
const home = "example.com/wild"

// variant is a way to ask for decorators.
type variant struct {
	name    string
	flags   []string
	extra   string // what a constructor takes besides what it calls
	results int    // of a constructor
}

func variants() []variant {
	return []variant{
		{name: "plain", extra: "t.Provider()", results: 1},
		{name: "full", flags: []string{"-metrics", "-logs"}, extra: "t.Provider(), t.Meters(), t.Logger()", results: 2},
	}
}

// path is that of the package with the decorators of p's interfaces.
func (v variant) path(p *pack) string { return home + "/" + v.folder(p) }

func (v variant) folder(p *pack) string {
	if p.module == standard {
		return v.name + "/std/" + p.path
	}
	return v.name + "/" + p.path
}

// command is the directive for an interface. Names that differ in case alone, or in a digit, may
// get one file: such a one gets a name of its own.
func (v variant) command(d *decl, taken map[string]bool) []string {
	words := append([]string{"trace", "-type", d.spec()}, v.flags...)
	file := names.Snake(d.name.Name()) + "_trace.go"
	if taken[file] {
		file = fmt.Sprintf("%s_%d_trace.go", names.Snake(d.name.Name()), d.index)
		words = append(words, "-o", file)
	}
	taken[file] = true
	return words
}

// job is a directive.
type job struct {
	decl *decl
	args []string
	site source.Site
}

// directives writes, for each package, a file that asks for decorators of its interfaces: those
// that are wanted.
func directives(dir string, packs []*pack, v variant, wanted func(*decl) bool) ([]job, error) {
	var jobs []job
	for _, p := range packs {
		folder := filepath.Join(dir, filepath.FromSlash(v.folder(p)))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, err
		}
		var text bytes.Buffer
		fmt.Fprintf(&text, "// Package %s has decorators.\npackage %s\n\nimport _ %q\n\n", p.name, p.name, p.path)
		line := bytes.Count(text.Bytes(), []byte("\n"))
		taken := map[string]bool{}
		for _, d := range p.decls {
			args := v.command(d, taken)
			if !wanted(d) {
				continue
			}
			line++
			fmt.Fprintf(&text, "//go:generate gen %s\n", strings.Join(args, " "))
			jobs = append(jobs, job{d, args, source.Site{Dir: folder, File: "doc.go", Line: line, Package: p.name}})
		}
		if err := os.WriteFile(filepath.Join(folder, "doc.go"), text.Bytes(), 0o644); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// effort is what something takes.
type effort struct{ wall, cpu time.Duration }

// measure measures this process and the programs that it has waited for.
func measure(work func() error) (effort, error) {
	start, used := time.Now(), cpu()
	err := work()
	return effort{time.Since(start), cpu() - used}, err
}

// generate loads the packages of all jobs at once and writes what each asks for.
func generate(ctx context.Context, jobs []job, index int) (load, making effort, err error) {
	return produce(ctx, jobs, func(j job, files []tree.File, err error) error {
		out := &j.decl.outcome[index]
		switch p, ok := errors.AsType[*panicError](err); {
		case ok:
			out.broken = p.Error()
			return nil
		case err != nil:
			out.refusal = refusal(err)
			return nil
		}
		for _, f := range files {
			out.files = append(out.files, f.Path)
			if err := os.WriteFile(j.file(f), f.Content, 0o644); err != nil {
				return err
			}
		}
		return nil
	})
}

// again makes all once more, now that the outputs are there, which has to give the same bytes.
func again(ctx context.Context, jobs []job, index int) error {
	_, _, err := produce(ctx, jobs, func(j job, files []tree.File, err error) error {
		out := &j.decl.outcome[index]
		if out.broken != "" || out.refusal != "" {
			return nil
		}
		if err != nil {
			out.broken = "a second time: " + err.Error()
		}
		for _, f := range files {
			have, err := os.ReadFile(j.file(f))
			if err != nil {
				return err
			}
			if !bytes.Equal(have, f.Content) {
				out.broken = "a second time: the output is another"
			}
		}
		return nil
	})
	return err
}

func (j job) file(f tree.File) string { return filepath.Join(j.site.Dir, filepath.FromSlash(f.Path)) }

// produce runs all jobs with one load, and hands on what each gives.
func produce(ctx context.Context, jobs []job, take func(job, []tree.File, error) error) (load, making effort, err error) {
	var world *source.World
	load, err = measure(func() (err error) {
		var sites []source.Site
		for _, j := range jobs {
			sites = append(sites, j.site)
		}
		world, err = source.Load(ctx, environment(), sites...)
		return err
	})
	if err != nil {
		return load, making, err
	}
	making, err = measure(func() error {
		for _, j := range jobs {
			files, err := one(world, j)
			if err := take(j, files, err); err != nil {
				return fmt.Errorf("the decorator of %s: %w", j.decl.spec(), err)
			}
		}
		return nil
	})
	return load, making, err
}

// panicError is a panic of the generator.
type panicError struct{ value any }

func (p *panicError) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// one runs a job.
func one(world *source.World, j job) (files []tree.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{p}
		}
	}()
	p, err := world.Package(j.site)
	if err != nil {
		return nil, err
	}
	var o trace.Options
	flags := pflag.NewFlagSet("trace", pflag.ContinueOnError)
	o.Flags(flags)
	if err := flags.Parse(twoDashes(j.args[1:])); err != nil {
		return nil, err
	}
	return trace.Make(p, o, j.args)
}

// twoDashes spells -flag as pflag wants it.
func twoDashes(args []string) []string {
	var list []string
	for _, a := range args {
		if len(a) > 2 && a[0] == '-' && a[1] != '-' {
			a = "-" + a
		}
		list = append(list, a)
	}
	return list
}

// refusal returns the problems that an error tells. One without a remedy is told as such. The
// place may be missing: then it is that of the directive.
func refusal(err error) string {
	faults := fault.All(err)
	if faults == nil {
		return "NO FAULT: " + err.Error()
	}
	var list []string
	for _, f := range faults {
		text := f.Problem
		if f.Remedy == "" {
			text = "INCOMPLETE: " + text
		}
		list = append(list, text)
	}
	return strings.Join(list, "; ")
}

// compile builds or vets the packages of the decorators and notes what is said of each.
func compile(ctx context.Context, dir string, packs []*pack, verb string) error {
	out, err := goCommand(ctx, dir, verb, "./plain/...", "./full/...")
	if err == nil {
		return nil
	}
	text := string(out)
	if exit, ok := errors.AsType[*commandError](err); ok {
		text += exit.stderr
	} else {
		return err
	}
	unknown := 0
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" || strings.HasPrefix(line, "\t") {
			continue
		}
		if !blame(packs, verb, strings.TrimSpace(strings.TrimPrefix(line, "vet: "))) {
			progress("%s: %s", verb, strings.TrimSpace(line))
			unknown++
		}
	}
	if unknown > 0 {
		progress("%d lines of go %s belong to no output", unknown, verb)
	}
	return nil
}

// blame notes a line of the compiler at the interface whose output it is about.
func blame(packs []*pack, verb, line string) bool {
	for i, v := range variants() {
		for _, p := range packs {
			rest, ok := strings.CutPrefix(strings.TrimPrefix(line, "./"), v.folder(p)+"/")
			if !ok {
				continue
			}
			for _, d := range p.decls {
				for _, f := range d.outcome[i].files {
					if strings.HasPrefix(rest, f+":") {
						if d.outcome[i].broken == "" {
							d.outcome[i].broken = "go " + verb + ": " + line
						}
						return true
					}
				}
			}
		}
	}
	return false
}

// watch makes a program for each module that calls its decorators, and runs them.
func watch(ctx context.Context, dir string, packs []*pack) (results []probe.Result, skipped map[string]int, err error) {
	skipped = map[string]int{}
	for _, mod := range modulesOf(packs) {
		w := newWatcher()
		for _, p := range packs {
			if p.module != mod {
				continue
			}
			for _, d := range p.decls {
				for i, v := range variants() {
					if out := d.outcome[i]; d.kind == hasContext && out.refusal == "" && out.broken == "" {
						w.add(d, v)
					}
				}
			}
		}
		for reason, n := range w.skipped {
			skipped[reason] += n
		}
		if len(w.cases) == 0 {
			continue
		}
		some, err := w.run(ctx, dir, mod)
		if err != nil {
			progress("%s: %v", mod, err)
			skipped["the program of "+mod+" does not build"] += len(w.cases)
			if exit, ok := errors.AsType[*commandError](err); ok {
				progress("%s", exit.stderr)
			}
			continue
		}
		results = append(results, some...)
	}
	return results, skipped, nil
}

// run builds the program of a module and reads what it prints.
func (w *watcher) run(ctx context.Context, dir, mod string) ([]probe.Result, error) {
	folder := "check/" + strings.NewReplacer("/", "-", "@", "-", ".", "-").Replace(mod)
	if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, folder, "main.go"), []byte(w.program()), 0o644); err != nil {
		return nil, err
	}
	progress("watching %d decorators of %s", len(w.cases), mod)
	program := filepath.Join(dir, folder, "check")
	if _, err := goCommand(ctx, dir, "build", "-o", program, "./"+folder); err != nil {
		return nil, err
	}
	out, err := command(ctx, dir, program)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(program); err != nil {
		return nil, err
	}
	var list []probe.Result
	for line := range bytes.Lines(out) {
		var r probe.Result
		if json.Unmarshal(line, &r) == nil && r.Name != "" {
			list = append(list, r)
		}
	}
	if len(list) != len(w.cases) {
		return list, fmt.Errorf("%d of %d cases were watched", len(list), len(w.cases))
	}
	return list, nil
}

func modulesOf(packs []*pack) []string {
	var list []string
	seen := map[string]bool{}
	for _, p := range packs {
		if !seen[p.module] {
			seen[p.module] = true
			list = append(list, p.module)
		}
	}
	return list
}
