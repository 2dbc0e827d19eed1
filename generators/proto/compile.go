package proto

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/options"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"
	"github.com/bufbuild/protocompile/sourceinfo"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// compiler compiles files and what they import, one after the other: the same faults come in
// the same order. (protocompile.Compiler would do it on several goroutines, and costs every
// start of gen more than all the rest of protobuf.)
type compiler struct {
	find    finder
	symbols linker.Symbols
	faults  []*Fault
	done    map[string]linker.File // nil while it is being compiled, and when it failed
	stack   []string               // the files being compiled, each imported by the one before
	order   []*descriptorpb.FileDescriptorProto
	places  map[string]string              // where files lie that are not of the sources, by name
	named   map[string]string              // the name that such a place was imported by
	local   map[protoreflect.FullName]bool // what files of edition 2024 keep for themselves
}

func newCompiler(find finder) *compiler {
	return &compiler{find: find, done: map[string]linker.File{}, places: map[string]string{}, named: map[string]string{}, local: map[protoreflect.FullName]bool{}}
}

// compile returns the named files and all that they import, what is imported first.
func (c *compiler) compile(names []string) ([]*descriptorpb.FileDescriptorProto, error) {
	if err := c.all(names); err != nil {
		return nil, err
	}
	return c.forPlugins(names)
}

// all compiles the named files.
func (c *compiler) all(names []string) error {
	for _, name := range names {
		if _, started := c.done[name]; started {
			continue
		}
		source, err := c.find(name)
		if err != nil {
			c.fault(&Fault{File: name, Problem: problemOf(err), Remedy: "name a .proto file that can be read"})
			continue
		}
		c.source(name, source.text)
	}
	return join(c.faults)
}

// placed says where faults lie that are not in the sources.
func (c *compiler) placed(err error) error {
	faults := Faults(err)
	if faults == nil {
		return err
	}
	for _, f := range faults {
		place, elsewhere := c.places[f.File]
		if !elsewhere {
			continue
		}
		if f.Problem == noGoPackage {
			f.Remedy = fmt.Sprintf("say with -M %s=PATH which Go package it becomes part of", f.File)
		}
		f.File = place
	}
	return join(faults)
}

// forPlugins leaves out of the named files the options that are for the source alone, as
// protoc does.
func (c *compiler) forPlugins(names []string) ([]*descriptorpb.FileDescriptorProto, error) {
	for i, f := range c.order {
		if !slices.Contains(names, f.GetName()) {
			continue
		}
		stripped, err := options.StripSourceRetentionOptionsFromFile(f)
		if err != nil {
			return nil, err
		}
		c.order[i] = stripped
	}
	return c.order, nil
}

func (c *compiler) fault(f *Fault) { c.faults = append(c.faults, f) }

// handler collects what protocompile reports of one file.
func (c *compiler) handler() *reporter.Handler {
	return reporter.NewHandler(reporter.NewReporter(func(e reporter.ErrorWithPos) error {
		at, problem := e.GetPosition(), problemOf(e.Unwrap())
		c.fault(&Fault{File: at.Filename, Line: at.Line, Column: at.Col, Problem: problem, Remedy: remedy(problem)})
		return nil // look on: a file is mended once
	}, nil))
}

// source compiles a file of the sources; it leaves nil in c.done when that fails.
func (c *compiler) source(name string, text []byte) {
	c.done[name] = nil
	c.stack = append(c.stack, name)
	defer func() { c.stack = c.stack[:len(c.stack)-1] }()
	before := len(c.faults)
	file, err := c.link(name, text)
	switch {
	case err != nil && len(c.faults) == before:
		c.fault(&Fault{File: name, Problem: problemOf(err), Remedy: remedy(err.Error())})
	case err == nil:
		c.done[name] = file
		c.order = append(c.order, file.FileDescriptorProto())
	}
}

func (c *compiler) link(name string, text []byte) (linker.Result, error) {
	h := c.handler()
	parsed, later, err := c.parse(name, text, h)
	if err != nil {
		return nil, err
	}
	imports, err := c.imports(parsed)
	if err != nil {
		return nil, err
	}
	file, err := linker.Link(parsed, imports, &c.symbols, h)
	if err != nil {
		return nil, err
	}
	index, err := options.InterpretOptions(file, h)
	if err != nil {
		return nil, err
	}
	if err := file.ValidateOptions(h, &c.symbols); err != nil {
		return nil, err
	}
	if err := h.Error(); err != nil {
		return nil, err
	}
	made := parsed.FileDescriptorProto()
	made.SourceCodeInfo = asProtoc(sourceinfo.GenerateSourceInfo(parsed.AST(), index))
	if later != nil {
		later.after(made)
		c.locals(made)
	}
	return file, c.checkVisible(file)
}

// parse reads a text; later is what the compiler cannot read of edition 2024, nil for others.
func (c *compiler) parse(name string, text []byte, h *reporter.Handler) (parser.Result, *later, error) {
	if f := checkText(name, text); f != nil {
		c.fault(f)
		return nil, nil, f
	}
	asSooner, later := sooner(text)
	if later != nil {
		text = asSooner
	}
	tree, err := parser.Parse(name, bytes.NewReader(text), h)
	if err != nil {
		return nil, nil, err
	}
	parsed, err := parser.ResultFromAST(tree, true, h)
	if err == nil && later != nil {
		later.before(parsed)
	}
	return parsed, later, err
}

// asProtoc moves what is said of the statement of an edition to where protoc says it, and where
// protoc-gen-go looks for comments: at the syntax.
func asProtoc(info *descriptorpb.SourceCodeInfo) *descriptorpb.SourceCodeInfo {
	for _, l := range info.GetLocation() {
		if slices.Equal(l.GetPath(), []int32{partEdition}) {
			l.Path[0] = partSyntax
		}
	}
	return info
}

// errImports says that the faults of imports have been reported.
var errImports = errors.New("an import has faults")

// imports compiles what a file imports.
func (c *compiler) imports(parsed parser.Result) (linker.Files, error) {
	var files linker.Files
	complete := true
	for _, name := range parsed.FileDescriptorProto().GetDependency() {
		if file := c.imported(name, importSpan(parsed, name)); file != nil {
			files = append(files, file)
		} else {
			complete = false
		}
	}
	if !complete {
		return nil, errImports
	}
	return files, nil
}

// imported compiles an import unless that was done before; it is nil when that fails.
func (c *compiler) imported(name string, by ast.SourceSpan) linker.File {
	file, started := c.done[name]
	if i := slices.Index(c.stack, name); i >= 0 {
		c.faultAt(by, "the imports go round in a circle: "+strings.Join(append(slices.Clone(c.stack[i:]), name), ", "),
			"move what both need to a file of its own")
		return nil
	}
	if started {
		return file
	}
	if known := standard(name); known != nil {
		return c.standard(known)
	}
	found, err := c.find(name)
	if err == nil {
		err = c.place(name, found.place)
	}
	if err != nil {
		remedy := "correct the path, which starts at the root of the sources, or put the file there"
		if f, ok := errors.AsType[*Fault](err); ok {
			remedy, err = f.Remedy, errors.New(f.Problem)
		}
		c.faultAt(by, fmt.Sprintf("the import %q cannot be read: %s", name, problemOf(err)), remedy)
		return nil
	}
	if found.compiled != nil {
		return c.compiled(found.compiled, by)
	}
	c.source(name, found.text)
	return c.done[name]
}

// place notes where an import lies that is not of the sources.
func (c *compiler) place(name, place string) error {
	if place == "" {
		return nil
	}
	if other, taken := c.named[place]; taken {
		return &Fault{Problem: fmt.Sprintf("%s is imported as %q too", place, other), Remedy: "import it by one name everywhere"}
	}
	c.places[name], c.named[place] = place, name
	return nil
}

// compiled enters an import that somebody has compiled before.
func (c *compiler) compiled(f *descriptorpb.FileDescriptorProto, by ast.SourceSpan) linker.File {
	c.done[f.GetName()] = nil
	c.stack = append(c.stack, f.GetName())
	defer func() { c.stack = c.stack[:len(c.stack)-1] }()
	var imports linker.Files
	for _, name := range f.GetDependency() {
		file := c.imported(name, by)
		if file == nil {
			return nil
		}
		imports = append(imports, file)
	}
	file, err := linker.Link(parser.ResultWithoutAST(f), imports, &c.symbols, c.handler())
	if err != nil {
		c.faultAt(by, fmt.Sprintf("the import %q cannot be used: %s", f.GetName(), problemOf(err)), "choose another with -I FOLDER")
		return nil
	}
	c.done[f.GetName()] = file
	c.order = append(c.order, f)
	return file
}

func (c *compiler) faultAt(at ast.SourceSpan, problem, remedy string) {
	start := at.Start()
	c.fault(&Fault{File: start.Filename, Line: start.Line, Column: start.Col, Problem: problem, Remedy: remedy})
}

// standard enters a file that needs no compiling, after what it imports.
func (c *compiler) standard(known protoreflect.FileDescriptor) linker.File {
	file, err := linker.NewFileRecursive(known)
	if err != nil {
		panic(err) // it is linked into this program
	}
	c.enter(known)
	c.done[known.Path()] = file
	return file
}

func (c *compiler) enter(known protoreflect.FileDescriptor) {
	if slices.ContainsFunc(c.order, func(f *descriptorpb.FileDescriptorProto) bool { return f.GetName() == known.Path() }) {
		return
	}
	for i := range known.Imports().Len() {
		c.enter(known.Imports().Get(i).FileDescriptor)
	}
	c.order = append(c.order, protodesc.ToFileDescriptorProto(known))
}

func importSpan(parsed parser.Result, name string) ast.SourceSpan {
	for _, d := range parsed.AST().Decls {
		if i, ok := d.(*ast.ImportNode); ok && i.Name.AsString() == name {
			return parsed.AST().NodeInfo(i.Name)
		}
	}
	return ast.UnknownSpan(parsed.AST().Name())
}

// problemOf is an error in one line.
func problemOf(err error) string {
	var e *fs.PathError
	if errors.As(err, &e) {
		err = e.Err // the path is named already
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}
