package proto

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/reporter"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Finding is something that a rule says of a .proto file that can be compiled.
type Finding struct {
	Rule         string
	Class        string // of what breaks: wire, json or source; "" of names
	File         string // absolute
	Line, Column int    // from 1
	Problem      string
	Remedy       string // an imperative
}

// Fact says in one line where what was found.
func (f Finding) Fact() string {
	rule := f.Rule
	if f.Class != "" {
		rule += ", " + f.Class
	}
	return (&Fault{File: f.File, Line: f.Line, Column: f.Column, Problem: f.Problem}).Fact() + " (" + rule + ")"
}

// compareFindings sorts them by their places.
func compareFindings(a, b Finding) int {
	return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
		strings.Compare(a.Rule, b.Rule), strings.Compare(a.Problem, b.Problem))
}

// Lint looks whether the .proto files that args name, as for Make, follow the rules of names; see
// Rules. Rules about several files look at those that are named.
//
// A finding is silenced by a comment at what it is about, or at what that stands in, at the
// package or the syntax for all of a file: // gen:lint-ignore RULE reason. Those of buf hold too.
// Files that cannot be compiled are faults, as of Make.
func Lint(ctx context.Context, s Site, c Choices, args ...string) ([]Finding, error) {
	groups, err := s.groups(c, args)
	if err != nil {
		return nil, err
	}
	var found []Finding
	var faults []*Fault
	for _, g := range groups {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		some, err := g.lint()
		if err != nil && Faults(err) == nil {
			return nil, err
		}
		faults = append(faults, Faults(err)...)
		found = append(found, some...)
	}
	slices.SortFunc(found, compareFindings)
	return slices.Compact(found), join(faults)
}

// group is the named files below one root.
type group struct {
	folder          // one of them
	all    []string // the files, from the root
}

// groups joins the folders of a root.
func (s Site) groups(c Choices, args []string) ([]group, error) {
	folders, err := s.folders(c, args)
	if err != nil {
		return nil, err
	}
	var list []group
	for _, f := range folders {
		i := slices.IndexFunc(list, func(g group) bool { return g.rootDir() == f.rootDir() })
		if i < 0 {
			i = len(list)
			list = append(list, group{folder: f})
		}
		for _, name := range f.names {
			list[i].all = append(list[i].all, f.source(name))
		}
	}
	return list, nil
}

// compiled compiles the named files below a root.
func (f folder) compiled(names []string) (*compiler, error) {
	root, err := openBelow(f.module, f.root)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	c := newCompiler(newLibrary(f).after(reader(root.FS())))
	err = func() (err error) {
		defer guard(names[0], &err)
		return c.all(names)
	}()
	return c, f.placed(c.placed(err))
}

func (g group) lint() ([]Finding, error) {
	c, err := g.compiled(g.all)
	if err != nil {
		return nil, err
	}
	l := &linter{}
	for _, name := range g.all {
		file, ok := c.done[name].(linker.Result)
		if !ok {
			continue
		}
		file.PopulateSourceCodeInfo()
		l.files = append(l.files, file)
		l.unused(file)
	}
	l.look()
	return g.found(l.found), nil
}

// found makes the paths of findings absolute.
func (g group) found(list []Finding) []Finding {
	for i := range list {
		f := Fault{File: list[i].File}
		_ = g.placed(&f)
		list[i].File = f.File
	}
	return list
}

// linter collects findings of files that are looked at together.
type linter struct {
	files []linker.Result
	found []Finding
}

// look applies all rules.
func (l *linter) look() {
	for _, f := range l.files {
		l.file(f)
		l.messages(f.Messages())
		l.enums(f.Enums())
		l.fields(f.Extensions())
		for i := range f.Services().Len() {
			l.service(f.Services().Get(i))
		}
		l.ignores(f)
	}
	l.together()
}

// say reports a finding about d, at a part of it: the path below that of d, as in
// SourceCodeInfo.
func (l *linter) say(rule string, d protoreflect.Descriptor, part protoreflect.SourcePath, remedy, problem string, args ...any) {
	at := locate(d, part)
	if isIgnored(rule, d, at) {
		return
	}
	l.found = append(l.found, Finding{
		Rule: rule, File: d.ParentFile().Path(), Line: at.StartLine + 1, Column: at.StartColumn + 1,
		Problem: fmt.Sprintf(problem, args...), Remedy: remedy,
	})
}

// Numbers of fields of descriptors, as source paths have them.
const (
	partName           = 1 // of all but files
	partPackage        = 2 // of files
	partDependency     = 3
	partOptions        = 8 // of fields too
	partSyntax         = 12
	partEdition        = 14
	partInput          = 2 // of methods
	partOutput         = 3
	partNumber         = 2 // of enum values
	partEnumOptions    = 3
	partAlias          = 2
	partExtendee       = 2 // of fields
	partDefault        = 7
	partJSONName       = 10
	partJSType         = 6 // of their options
	partMessageOptions = 7
	partAccessor       = 2
	partMethodOptions  = 4
	partIdempotency    = 34
)

// locate is the place of a part of d, or else of d; its path is nil when that is not known.
func locate(d protoreflect.Descriptor, part protoreflect.SourcePath) protoreflect.SourceLocation {
	places := d.ParentFile().SourceLocations()
	var at protoreflect.SourceLocation
	if _, isFile := d.(protoreflect.FileDescriptor); !isFile {
		at = places.ByDescriptor(d)
		if at.Path == nil {
			return at
		}
	}
	if exact := places.ByPath(append(slices.Clone(at.Path), part...)); exact.Path != nil {
		return exact
	}
	return at
}

func name() protoreflect.SourcePath { return protoreflect.SourcePath{partName} }

// isIgnored reports whether a comment at the place, at d or at what d stands in silences a rule.
func isIgnored(rule string, d protoreflect.Descriptor, at protoreflect.SourceLocation) bool {
	if silences(rule, at) {
		return true
	}
	if f, ok := d.(protoreflect.FieldDescriptor); ok && f.Kind() == protoreflect.GroupKind && silences(rule, locate(f.Message(), nil)) {
		return true // a group has one comment for its field and its message
	}
	for ; d != nil; d = d.Parent() {
		file, isFile := d.(protoreflect.FileDescriptor)
		if !isFile {
			if silences(rule, d.ParentFile().SourceLocations().ByDescriptor(d)) {
				return true
			}
			continue
		}
		return slices.ContainsFunc(fileComments(file), func(at protoreflect.SourceLocation) bool { return silences(rule, at) })
	}
	return false
}

// fileComments are the places whose comments are about the whole file.
func fileComments(f protoreflect.FileDescriptor) (list []protoreflect.SourceLocation) {
	for _, part := range []int32{partSyntax, partEdition, partPackage} {
		list = append(list, f.SourceLocations().ByPath(protoreflect.SourcePath{part}))
	}
	return list
}

// Comments that silence a rule.
const (
	ignoreMark    = "gen:lint-ignore"
	bufIgnoreMark = "buf:lint:ignore"
)

func silences(rule string, at protoreflect.SourceLocation) bool {
	for _, words := range ignoresAt(at) {
		if len(words) > 1 && words[1] == rule {
			return true
		}
	}
	return false
}

// ignoresAt returns the words of each comment there that silences something.
func ignoresAt(at protoreflect.SourceLocation) (list [][]string) {
	for line := range strings.Lines(at.LeadingComments + "\n" + at.TrailingComments) {
		words := strings.Fields(line)
		if len(words) > 0 && (words[0] == ignoreMark || words[0] == bufIgnoreMark) {
			list = append(list, words)
		}
	}
	return list
}

// ignores reports comments that silence no rule, or do not say why.
func (l *linter) ignores(f protoreflect.FileDescriptor) {
	for i := range f.SourceLocations().Len() {
		at := f.SourceLocations().Get(i)
		for _, words := range ignoresAt(at) {
			problem, remedy := "", ""
			switch {
			case words[0] == bufIgnoreMark:
				continue // buf wants no reason, and has rules that we have not
			case len(words) < 2 || !isRule(words[1]):
				problem, remedy = "the comment names no rule of gen proto --lint", "write // "+ignoreMark+" RULE reason"
			case len(words) < 3:
				problem, remedy = "the comment does not say why "+words[1]+" does not hold here", "write the reason behind the rule"
			default:
				continue
			}
			l.found = append(l.found, Finding{
				Rule: "LINT_IGNORE", File: f.Path(), Line: at.StartLine + 1, Column: at.StartColumn + 1, Problem: problem, Remedy: remedy,
			})
		}
	}
}

// unused reports imports that nothing is used of.
func (l *linter) unused(f linker.Result) {
	h := reporter.NewHandler(reporter.NewReporter(nil, func(e reporter.ErrorWithPos) {
		if unused, ok := errors.AsType[linker.ErrorUnusedImport](e.Unwrap()); ok {
			for i, name := range f.FileDescriptorProto().GetDependency() {
				if name == unused.UnusedImport() {
					l.say("IMPORT_USED", f, protoreflect.SourcePath{partDependency, int32(i)}, "remove it", "nothing of the import %q is used", name)
				}
			}
		}
	}))
	f.CheckForUnusedImports(h)
}

// file applies the rules about one file.
func (l *linter) file(f linker.Result) {
	if tree := f.AST(); tree != nil && tree.Syntax == nil && tree.Edition == nil {
		l.say("SYNTAX_SPECIFIED", f, protoreflect.SourcePath{partSyntax}, `write syntax = "proto3"; or edition = "2023"; at the top`, "it says no syntax, so that it is proto2")
	}
	base := strings.TrimSuffix(path.Base(f.Path()), path.Ext(f.Path()))
	if want := lowerSnake(base); base != want {
		l.say("FILE_LOWER_SNAKE_CASE", f, protoreflect.SourcePath{-1}, "name it "+want+".proto", "the file's name %s is not lower_snake_case", path.Base(f.Path()))
	}
	for i := range f.Imports().Len() {
		if f.Imports().Get(i).IsPublic {
			l.say("IMPORT_NO_PUBLIC", f, protoreflect.SourcePath{partDependency, int32(i)}, "import it where it is used", "the import %q is public", f.Imports().Get(i).Path())
		}
	}
	l.packageName(f)
}

// packageName applies the rules about the name of a package.
func (l *linter) packageName(f protoreflect.FileDescriptor) {
	pkg, at := string(f.Package()), protoreflect.SourcePath{partPackage}
	if pkg == "" {
		l.say("PACKAGE_DEFINED", f, at, "write package "+packageOf(f.Path())+";", "it has no package")
		return
	}
	if want := strings.ReplaceAll(pkg, ".", "/"); path.Dir(f.Path()) != want {
		l.say("PACKAGE_DIRECTORY_MATCH", f, at, "move the file, rename the package, or say with --root where imports start",
			"package %s belongs into folder %s below the root of the sources, not into %s", pkg, want, path.Dir(f.Path()))
	}
	var parts []string
	for p := range strings.SplitSeq(pkg, ".") {
		parts = append(parts, lowerSnake(p))
	}
	if want := strings.Join(parts, "."); pkg != want {
		l.say("PACKAGE_LOWER_SNAKE_CASE", f, at, "name it "+want, "the package's name %s is not lower_snake.case", pkg)
	}
	if !hasVersion(pkg) {
		l.say("PACKAGE_VERSION_SUFFIX", f, at, "name it "+pkg+".v1", "package %s does not end in a version", pkg)
	}
}

// packageOf is what a file's package is called by the rules.
func packageOf(name string) string {
	dir := path.Dir(name)
	if dir == "." {
		return lowerSnake(strings.TrimSuffix(path.Base(name), path.Ext(name))) + ".v1"
	}
	return strings.ReplaceAll(dir, "/", ".")
}

func (l *linter) messages(list protoreflect.MessageDescriptors) {
	for i := range list.Len() {
		m := list.Get(i)
		if m.IsMapEntry() {
			continue
		}
		if want := pascal(string(m.Name())); string(m.Name()) != want {
			l.say("MESSAGE_PASCAL_CASE", m, name(), "name it "+want, "the message's name %s is not PascalCase", m.Name())
		}
		l.fields(m.Fields())
		l.fields(m.Extensions())
		for j := range m.Oneofs().Len() {
			o := m.Oneofs().Get(j)
			if want := lowerSnake(string(o.Name())); string(o.Name()) != want && !o.IsSynthetic() {
				l.say("ONEOF_LOWER_SNAKE_CASE", o, name(), "name it "+want, "the oneof's name %s is not lower_snake_case", o.Name())
			}
		}
		l.enums(m.Enums())
		l.messages(m.Messages())
	}
}

func (l *linter) fields(list interface {
	Len() int
	Get(int) protoreflect.FieldDescriptor
},
) {
	for i := range list.Len() {
		f := list.Get(i)
		own := string(f.Name())
		isGroup := f.Kind() == protoreflect.GroupKind && own == strings.ToLower(string(f.Message().Name())) // named by its message
		if want := lowerSnake(own); own != want && !isGroup {
			l.say("FIELD_LOWER_SNAKE_CASE", f, name(), "name it "+want, "the field's name %s is not lower_snake_case", own)
		}
		if f.Cardinality() == protoreflect.Required {
			l.say("FIELD_NOT_REQUIRED", f, name(), "make it optional, and check it where it is used", "field %s is required, so that it can never be removed", own)
		}
	}
}

func (l *linter) enums(list protoreflect.EnumDescriptors) {
	for i := range list.Len() {
		e := list.Get(i)
		if want := pascal(string(e.Name())); string(e.Name()) != want {
			l.say("ENUM_PASCAL_CASE", e, name(), "name it "+want, "the enum's name %s is not PascalCase", e.Name())
		}
		if o, ok := e.Options().(interface{ GetAllowAlias() bool }); ok && o.GetAllowAlias() {
			l.say("ENUM_NO_ALLOW_ALIAS", e, protoreflect.SourcePath{partEnumOptions, partAlias}, "remove the option and one of the names", "enum %s has two names for a value", e.Name())
		}
		if e.Values().Len() > 0 && e.Values().Get(0).Number() != 0 {
			first := e.Values().Get(0)
			l.say("ENUM_FIRST_VALUE_ZERO", first, protoreflect.SourcePath{partNumber}, "begin with a value 0 that means unspecified", "the first value %s is %d", first.Name(), first.Number())
		}
		for j := range e.Values().Len() {
			l.enumValue(e, e.Values().Get(j))
		}
	}
}

func (l *linter) enumValue(e protoreflect.EnumDescriptor, v protoreflect.EnumValueDescriptor) {
	own, prefix := string(v.Name()), upperSnake(string(e.Name()))+"_"
	if want := upperSnake(own); own != want {
		l.say("ENUM_VALUE_UPPER_SNAKE_CASE", v, name(), "name it "+want, "the value's name %s is not UPPER_SNAKE_CASE", own)
	}
	if !strings.HasPrefix(own, prefix) {
		l.say("ENUM_VALUE_PREFIX", v, name(), "name it "+prefix+upperSnake(own), "the value's name %s does not begin with %s, which keeps it apart from those of other enums", own, prefix)
	}
	if v.Number() == 0 && !strings.HasSuffix(own, "_UNSPECIFIED") {
		l.say("ENUM_ZERO_VALUE_SUFFIX", v, name(), "name it "+prefix+"UNSPECIFIED", "the zero value's name %s does not end in _UNSPECIFIED", own)
	}
}

func (l *linter) service(s protoreflect.ServiceDescriptor) {
	own := string(s.Name())
	if want := pascal(own); own != want {
		l.say("SERVICE_PASCAL_CASE", s, name(), "name it "+want, "the service's name %s is not PascalCase", own)
	}
	if !strings.HasSuffix(own, "Service") {
		l.say("SERVICE_SUFFIX", s, name(), "name it "+own+"Service", "the service's name %s does not end in Service", own)
	}
	for i := range s.Methods().Len() {
		m := s.Methods().Get(i)
		if want := pascal(string(m.Name())); string(m.Name()) != want {
			l.say("RPC_PASCAL_CASE", m, name(), "name it "+want, "the rpc's name %s is not PascalCase", m.Name())
		}
		l.standardName("RPC_REQUEST_STANDARD_NAME", m, m.Input(), partInput, "Request")
		l.standardName("RPC_RESPONSE_STANDARD_NAME", m, m.Output(), partOutput, "Response")
	}
}

func (l *linter) standardName(rule string, m protoreflect.MethodDescriptor, of protoreflect.MessageDescriptor, part int32, suffix string) {
	want := pascal(string(m.Name())) + suffix
	long := pascal(string(m.Parent().Name())) + want
	if got := string(of.Name()); got != want && got != long {
		l.say(rule, m, protoreflect.SourcePath{part}, fmt.Sprintf("name it %s or %s", want, long), "the %s of %s is called %s", strings.ToLower(suffix), m.Name(), got)
	}
}
