package trace

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/stamp"
)

// file is the plan of an output.
type file struct {
	pkg        *source.Package
	options    Options
	output     string
	decorators []*decorator

	helpers helpers // what the decorators share
}

// decorator is the plan of the decorator of an interface.
type decorator struct {
	of      *source.Interface
	prefix  string // in the names of spans, "store.Store/"; with {method} in it the name
	methods []*method
	ignored []*errorValue // of all methods with a span

	base   string // its name in those of what is made for it
	labels decoratorNames
}

// way is how a method calls the next one.
type way int

const (
	pass    way = iota // without a span
	call               // in a span that ends when the method returns
	iterate            // in a span that lasts as long as an iteration
	hand               // in a span that what is returned ends
)

// method is the plan of a method.
type method struct {
	source.Method
	way           way
	why           string // it has no span
	span          string
	function      string // its name with the import path and the interface
	kind          string // "" is internal
	ctx           int
	errors        []int
	before, after []*attribute  // from parameters, and from results
	ignored       []*errorValue // of this method alone
	iterators     []iterator    // results that are iterated over later
	stream        *stream

	labels methodNames
}

// read plans the decorators that o asks for.
func read(p *source.Package, o Options) (*file, error) {
	output, err := Output(o, p.IsTest)
	if err != nil {
		return nil, err
	}
	f := &file{pkg: p, options: o, output: output}
	if len(o.Types) == 0 {
		return nil, noType()
	}
	var faults []*fault.Fault
	if near := unknownVariable(o.Name); near != nil {
		near.Problem = "-name: " + near.Problem
		faults = append(faults, near)
	}
	for i, spec := range o.Types {
		if slices.Contains(o.Types[:i], spec) {
			faults = append(faults, &fault.Fault{Problem: spec + " is named twice", Remedy: "leave one of the two out"})
			continue
		}
		of, err := p.Interface(strings.TrimSpace(spec))
		if err != nil {
			faults = append(faults, asFault(err))
			continue
		}
		d, some := f.decorator(of)
		faults = append(faults, some...)
		f.decorators = append(f.decorators, d)
	}
	if len(faults) == 0 {
		faults = appendFault(f.clashes(), f.leftOut())
	}
	if len(faults) > 0 {
		return nil, join(faults)
	}
	return f, nil
}

// asFault is an error of the packages that read Go, which return nothing else.
func asFault(err error) *fault.Fault {
	if all := fault.All(err); len(all) > 0 {
		return all[0]
	}
	return &fault.Fault{Problem: err.Error()}
}

// hash is that of what the output is made from.
func (f *file) hash() string {
	var all []types.Type
	for _, d := range f.decorators {
		all = append(all, d.of.Type)
	}
	return stamp.Inputs(f.pkg.Types, f.pkg.Files, all...)
}

func (f *file) decorator(of *source.Interface) (*decorator, []*fault.Fault) {
	var c comments
	var faults []*fault.Fault
	for _, dir := range of.Directives {
		faults = appendFault(faults, c.add(dir, -1))
	}
	if c.span.skip != "" {
		faults = append(faults, at(c.span.pos, "an interface whose calls have no spans needs no decorator", "put skip above the methods that are meant"))
	}
	d := &decorator{of: of, prefix: f.prefix(of, c.span)}
	d.ignored, faults = f.errorValues(of.Package, c.ignored, faults)
	flags, faults := f.flagErrors(of, faults)
	d.ignored = union(d.ignored, flags)

	used := make([]bool, len(c.attributes)) // by some method
	for _, m := range of.Methods {
		planned, some := f.method(d, m, c, used)
		d.methods = append(d.methods, planned)
		faults = append(faults, some...)
	}
	for i, a := range c.attributes {
		if !used[i] {
			faults = append(faults, at(a.pos, fmt.Sprintf("no method of %s with a span has what %q names", of.Name, a.expr), "name a parameter or a result that some of its methods have"))
		}
	}
	if len(faults) == 0 {
		faults = appendFault(faults, f.worthless(d))
	}
	return d, faults
}

func appendFault(faults []*fault.Fault, f *fault.Fault) []*fault.Fault {
	if f == nil {
		return faults
	}
	return append(faults, f)
}

// worthless says that a decorator would do nothing of what is asked for.
func (f *file) worthless(d *decorator) *fault.Fault {
	at := func(problem, remedy string) *fault.Fault {
		if f.syntax(d.of.Pos.Filename) == nil { // who wrote the interface cannot mend it
			return &fault.Fault{Problem: problem, Remedy: remedy}
		}
		return at(d.of.Pos, problem, remedy)
	}
	spans := slices.ContainsFunc(d.methods, func(m *method) bool { return m.way != pass })
	switch {
	case len(d.methods) == 0:
		return at(d.of.Name+" has no methods, so that a decorator would do nothing", "name an interface with methods that have a context")
	case !spans:
		return at(fmt.Sprintf("no method of %s has a context and a span, so that a decorator would do nothing", d.of.Name), "give its methods a context.Context, or leave the decorator out")
	case f.options.Logs && !slices.ContainsFunc(d.methods, (*method).canFail):
		return at(fmt.Sprintf("no call of %s can fail, so that there is nothing to log", d.of.Name), "leave -logs out")
	}
	return nil
}

// prefix is what the names of spans begin with.
func (f *file) prefix(of *source.Interface, s spanComment) string {
	name := s.name
	if name == "" {
		name = f.options.Name
	}
	if name == "" {
		name = of.Package.Name() + "." + of.Name
	}
	if !strings.Contains(name, methodVariable) {
		name += "/" + methodVariable
	}
	return name
}

const methodVariable = "{method}"

// unknownVariable says that a name of spans has something in braces that is almost the variable.
// Others stand for themselves, as in the patterns of routes.
func unknownVariable(name string) *fault.Fault {
	for rest := name; ; {
		_, after, found := strings.Cut(rest, "{")
		word, end, closed := strings.Cut(after, "}")
		if !found || !closed {
			return nil
		}
		if "{"+word+"}" != methodVariable && names.Nearest(word, []string{"method"}) != "" {
			return &fault.Fault{Problem: fmt.Sprintf("{%s} stands for nothing in the name of a span", word), Remedy: "write {method} where the method's name shall stand"}
		}
		rest = end
	}
}

// syntax is the file of the package with a name; nil when the package has none of it.
func (f *file) syntax(name string) *ast.File {
	for _, s := range f.pkg.Files {
		if f.pkg.Fset.Position(s.Package).Filename == name {
			return s
		}
	}
	return nil
}

// method plans a method. all are the comments at the interface; what of their attributes the
// method has is marked as used.
func (f *file) method(d *decorator, m source.Method, all comments, used []bool) (*method, []*fault.Fault) {
	p := &method{Method: m, ctx: m.Context(), errors: m.Errors()}
	var own comments
	var faults []*fault.Fault
	for _, dir := range m.Directives {
		faults = appendFault(faults, own.add(dir, -1))
	}
	for i, param := range m.Params {
		for _, dir := range param.Directives {
			faults = appendFault(faults, own.add(dir, i))
		}
	}
	for _, result := range m.Results {
		for _, dir := range result.Directives {
			if slices.Contains(ownVerbs, dir.Verb) {
				faults = append(faults, at(dir.Pos, "a comment at a result says nothing", "put it above the method, with the name of the result"))
			}
		}
	}
	if len(faults) > 0 {
		return p, faults
	}
	switch {
	case own.span.skip != "":
		p.why = own.span.skip
		return p, own.idle(m.Name+" has no span, as skip says", true)
	case p.ctx < 0:
		p.why = noContext
		return p, own.idle(m.Name+" has no context, and so no span", false)
	}
	p.function = f.importPath(d.of.Package) + "." + d.of.Name + "." + m.Name
	p.span = spanName(d.prefix, m.Name)
	if own.span.name != "" {
		p.span = spanName(own.span.name, m.Name)
	}
	p.kind = kindOf(own.span.kind, all.span.kind)
	faults = append(faults, f.ending(p, own.span, all.span)...)
	p.ignored, faults = f.errorValues(f.declaring(d, m), own.ignored, faults)
	if own.ignored != nil && !p.canFail() {
		faults = append(faults, at(own.ignored[0].pos, m.Name+" returns no error", "leave //gen:ignore out"))
	}
	return p, append(faults, f.attributes(p, own, all, used)...)
}

// declaring is the package in whose source a method stands.
func (f *file) declaring(d *decorator, m source.Method) *types.Package {
	if m.From != nil {
		return m.From.Pkg()
	}
	return d.of.Package
}

const noContext = "no context"

func spanName(prefix, method string) string {
	return strings.ReplaceAll(prefix, methodVariable, method)
}

func kindOf(own, all string) string {
	if own == "" {
		own = all
	}
	if own == "internal" {
		return ""
	}
	return own
}

// idle says which comments at a method without a span say nothing; whether it is skipped does.
func (c *comments) idle(problem string, skipped bool) []*fault.Fault {
	var pos token.Position
	switch {
	case len(c.attributes) > 0:
		pos = c.attributes[0].pos
	case len(c.ignored) > 0:
		pos = c.ignored[0].pos
	case c.span.name != "", c.span.kind != "", c.span.until != "":
		pos = c.span.pos
	default:
		return nil
	}
	if skipped {
		return []*fault.Fault{at(pos, problem, "leave this comment out, or skip")}
	}
	return []*fault.Fault{at(pos, problem, "leave this comment out, or give the method a context.Context")}
}

// canFail says whether calls of a method can end with an error that its span shows.
func (m *method) canFail() bool {
	if m.way == pass {
		return false
	}
	failing := func(i iterator) bool { return i.failing >= 0 }
	return len(m.errors) > 0 || m.stream != nil || slices.ContainsFunc(m.iterators, failing)
}
