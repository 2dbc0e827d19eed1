package proto

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Classes of what breaks: who no longer understands whom.
const (
	breaksWire   = "wire"   // messages in the binary format, and calls
	breaksJSON   = "json"   // messages in JSON
	breaksSource = "source" // code that was written against the Go, or the Go of others
)

// Breaking compares the .proto files that args name, as for Make, with what they were at a git
// revision, Choices.Breaking, and returns what no longer works for those who have the older ones.
//
// Messages, enums, services and extensions are looked for by their full names in all files below
// the root of the sources: they may move to another file. What was not committed before is new and
// breaks nobody. The names of the rules are those that buf has for the same; see decisions/025.
func Breaking(ctx context.Context, s Site, c Choices, args ...string) ([]Finding, error) {
	groups, err := s.groups(c, args)
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, g := range groups {
		some, err := g.breaking(ctx, c.Breaking, args)
		if err != nil {
			return nil, err
		}
		found = append(found, g.found(some)...)
	}
	slices.SortFunc(found, compareFindings)
	return slices.Compact(found), nil
}

func (g group) breaking(ctx context.Context, name string, args []string) ([]Finding, error) {
	rev, err := g.at(ctx, name)
	if err != nil {
		return nil, err
	}
	before, err := g.before(rev, args)
	if err != nil || len(before) == 0 {
		return nil, err
	}
	now, err := g.now(before)
	if err != nil {
		return nil, err
	}
	b := &breaks{now: now, before: newIndex(before)}
	b.files(before)
	return b.found, nil
}

// before compiles the files that the arguments mean as they were.
func (g group) before(rev revision, args []string) ([]protoreflect.FileDescriptor, error) {
	isMeant := g.scope(args)
	var names []string
	for name := range rev.files {
		if isMeant(name) && isWithin(g.root, name) {
			names = append(names, below(g.root, name))
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	slices.Sort(names)
	c := newCompiler(newLibrary(g.folder).after(rev.finder(g.root)))
	err := func() (err error) {
		defer guard(names[0], &err)
		return c.all(names)
	}()
	for _, f := range Faults(err) {
		f.Problem = fmt.Sprintf("at revision %s: %s", rev.name, f.Problem)
		if !strings.HasPrefix(f.Remedy, "run ") {
			f.Remedy = "compare with a revision whose files can be compiled"
		}
	}
	if err != nil {
		return nil, g.placed(c.placed(err))
	}
	return c.descriptors(names), nil
}

// below is a slash path as seen from a folder above it.
func below(above, name string) string {
	if above == "." {
		return name
	}
	return strings.TrimPrefix(name, above+"/")
}

// descriptors returns the files that could be compiled.
func (c *compiler) descriptors(names []string) (list []protoreflect.FileDescriptor) {
	for _, name := range names {
		f := c.done[name]
		if f == nil {
			continue
		}
		if r, ok := f.(linker.Result); ok {
			r.PopulateSourceCodeInfo()
		}
		list = append(list, f)
	}
	return list
}

// now indexes the files as they are: those that are named, and where something is not there any
// more, all below the root.
func (g group) now(before []protoreflect.FileDescriptor) (index, error) {
	c, err := g.compiled(g.all)
	if err != nil {
		return index{}, err
	}
	made := newIndex(c.descriptors(g.all))
	if made.hasAll(newIndex(before)) {
		return made, nil
	}
	root, err := openBelow(g.module, g.root)
	if err != nil {
		return index{}, err
	}
	defer root.Close()
	names := slices.Clone(g.all)
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && path.Ext(name) == ".proto" && !slices.Contains(g.all, name) {
			names = append(names, name)
		}
		return nil // what cannot be read has nothing of ours
	})
	if err != nil {
		return index{}, err
	}
	all, _ := g.compiled(names) // those that cannot be compiled have nothing of ours either
	return newIndex(all.descriptors(names)), nil
}

// index finds declarations by their full names.
type index struct {
	files      map[string]protoreflect.FileDescriptor
	packages   map[protoreflect.FullName]bool
	names      map[protoreflect.FullName]protoreflect.Descriptor // messages, enums, services
	extensions map[string]protoreflect.FieldDescriptor           // by what they extend and their number
}

func newIndex(files []protoreflect.FileDescriptor) index {
	x := index{map[string]protoreflect.FileDescriptor{}, map[protoreflect.FullName]bool{}, map[protoreflect.FullName]protoreflect.Descriptor{}, map[string]protoreflect.FieldDescriptor{}}
	for _, f := range files {
		x.files[f.Path()] = f
		x.packages[f.Package()] = true
		x.enter(f)
		for i := range f.Services().Len() {
			x.names[f.Services().Get(i).FullName()] = f.Services().Get(i)
		}
	}
	return x
}

// declarations is what files and messages have in common.
type declarations interface {
	Messages() protoreflect.MessageDescriptors
	Enums() protoreflect.EnumDescriptors
	Extensions() protoreflect.ExtensionDescriptors
}

func (x index) enter(d declarations) {
	for i := range d.Enums().Len() {
		x.names[d.Enums().Get(i).FullName()] = d.Enums().Get(i)
	}
	for i := range d.Extensions().Len() {
		x.extensions[extensionKey(d.Extensions().Get(i))] = d.Extensions().Get(i)
	}
	for i := range d.Messages().Len() {
		m := d.Messages().Get(i)
		if !m.IsMapEntry() {
			x.names[m.FullName()] = m
			x.enter(m)
		}
	}
}

func extensionKey(f protoreflect.FieldDescriptor) string {
	return fmt.Sprintf("%s:%d", f.ContainingMessage().FullName(), f.Number())
}

// hasAll reports whether an index has whatever another has.
func (x index) hasAll(other index) bool {
	for name := range other.names {
		if x.names[name] == nil {
			return false
		}
	}
	for key := range other.extensions {
		if x.extensions[key] == nil {
			return false
		}
	}
	return true
}

// breaks collects what breaks.
type breaks struct {
	before, now index
	found       []Finding
}

// say reports what breaks at a declaration as it is now, or at a part of it.
func (b *breaks) say(rule, class string, at protoreflect.Descriptor, part protoreflect.SourcePath, remedy, problem string, args ...any) {
	place := locate(at, part)
	b.found = append(b.found, Finding{
		Rule: rule, Class: class, File: at.ParentFile().Path(), Line: place.StartLine + 1, Column: place.StartColumn + 1,
		Problem: fmt.Sprintf(problem, args...), Remedy: remedy,
	})
}

// gone reports a declaration that is not there any more: at what it stood in, if that is there.
func (b *breaks) gone(rule, class string, was protoreflect.Descriptor, remedy, problem string, args ...any) {
	for in := was.Parent(); in != nil; in = in.Parent() {
		if now, ok := b.now.names[in.FullName()]; ok {
			b.say(rule, class, now, nil, remedy, problem, args...)
			return
		}
	}
	b.found = append(b.found, Finding{
		Rule: rule, Class: class, File: was.ParentFile().Path(), Line: 1, Column: 1,
		Problem: fmt.Sprintf(problem, args...), Remedy: remedy,
	})
}

const keepIt = "bring it back; mark it deprecated instead"

// files compares what each file had.
func (b *breaks) files(before []protoreflect.FileDescriptor) {
	lost := map[protoreflect.FullName]bool{}
	for _, was := range before {
		b.file(was)
		if pkg := was.Package(); pkg != "" && !b.now.packages[pkg] {
			if !lost[pkg] {
				lost[pkg] = true
				b.gone("PACKAGE_NO_DELETE", breaksWire, was, keepIt, "package %s is gone", pkg)
			}
			continue // and with it all that it had
		}
		b.declarations(was)
		for i := range was.Services().Len() {
			b.service(was.Services().Get(i))
		}
	}
}

func (b *breaks) declarations(was declarations) {
	for i := range was.Enums().Len() {
		e := was.Enums().Get(i)
		if now, ok := b.now.names[e.FullName()].(protoreflect.EnumDescriptor); ok {
			b.enum(e, now)
		} else {
			b.gone("PACKAGE_ENUM_NO_DELETE", breaksWire, e, keepIt, "enum %s is gone", e.FullName())
		}
	}
	for i := range was.Extensions().Len() {
		x := was.Extensions().Get(i)
		if now, ok := b.now.extensions[extensionKey(x)]; ok {
			b.field(x, now)
		} else {
			b.gone("PACKAGE_EXTENSION_NO_DELETE", breaksWire, x, keepIt, "extension %s, number %d of %s, is gone", x.FullName(), x.Number(), x.ContainingMessage().FullName())
		}
	}
	for i := range was.Messages().Len() {
		m := was.Messages().Get(i)
		if m.IsMapEntry() {
			continue
		}
		if now, ok := b.now.names[m.FullName()].(protoreflect.MessageDescriptor); ok {
			b.message(m, now)
		} else {
			b.gone("PACKAGE_MESSAGE_NO_DELETE", breaksWire, m, keepIt, "message %s is gone", m.FullName())
		}
		b.declarations(m)
	}
}
