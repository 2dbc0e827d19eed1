package proto

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// together applies the rules about several files.
func (l *linter) together() {
	folders, packages := map[string][]linker.Result{}, map[string][]linker.Result{}
	for _, f := range l.files {
		folders[path.Dir(f.Path())] = append(folders[path.Dir(f.Path())], f)
		packages[string(f.Package())] = append(packages[string(f.Package())], f)
	}
	for dir, files := range folders {
		l.onePackage(dir, files)
	}
	for pkg, files := range packages {
		l.oneFolder(pkg, files)
		if pkg != "" {
			l.oneOption(pkg, files)
		}
	}
	l.packageCycles()
	l.uniqueTypes()
}

func each(files []linker.Result, of func(f linker.Result) string) []string {
	distinct := map[string]bool{}
	for _, f := range files {
		distinct[of(f)] = true
	}
	return slices.Sorted(maps.Keys(distinct))
}

func (l *linter) onePackage(dir string, files []linker.Result) {
	packages := each(files, func(f linker.Result) string { return string(f.Package()) })
	if len(packages) < 2 {
		return
	}
	for _, f := range files {
		l.say("DIRECTORY_SAME_PACKAGE", f, protoreflect.SourcePath{partPackage}, "give each package a folder of its own",
			"folder %s holds files of several packages: %s", dir, strings.Join(orNoPackage(packages), ", "))
	}
}

func orNoPackage(list []string) []string {
	if list[0] == "" {
		return append([]string{"none"}, list[1:]...)
	}
	return list
}

func (l *linter) oneFolder(pkg string, files []linker.Result) {
	dirs := each(files, func(f linker.Result) string { return path.Dir(f.Path()) })
	if len(dirs) < 2 {
		return
	}
	for _, f := range files {
		l.say("PACKAGE_SAME_DIRECTORY", f, protoreflect.SourcePath{partPackage}, "keep a package in one folder",
			"package %s lies in several folders: %s", pkg, strings.Join(dirs, ", "))
	}
}

// sameOptions are options of files that all files of a package share.
var sameOptions = [...]struct{ rule, field string }{
	{"PACKAGE_SAME_CSHARP_NAMESPACE", "csharp_namespace"},
	{"PACKAGE_SAME_GO_PACKAGE", "go_package"},
	{"PACKAGE_SAME_JAVA_MULTIPLE_FILES", "java_multiple_files"},
	{"PACKAGE_SAME_JAVA_PACKAGE", "java_package"},
	{"PACKAGE_SAME_PHP_NAMESPACE", "php_namespace"},
	{"PACKAGE_SAME_RUBY_PACKAGE", "ruby_package"},
	{"PACKAGE_SAME_SWIFT_PREFIX", "swift_prefix"},
}

func (l *linter) oneOption(pkg string, files []linker.Result) {
	for _, o := range sameOptions {
		field := new(descriptorpb.FileOptions).ProtoReflect().Descriptor().Fields().ByName(protoreflect.Name(o.field))
		values := each(files, func(f linker.Result) string {
			options := f.FileDescriptorProto().GetOptions().ProtoReflect()
			if !options.Has(field) && field.Kind() == protoreflect.StringKind {
				return ""
			}
			return fmt.Sprint(options.Get(field).Interface())
		})
		if len(values) < 2 {
			continue
		}
		for i, v := range values {
			if v == "" {
				values[i] = "none"
			}
		}
		for _, f := range files {
			l.say(o.rule, f, protoreflect.SourcePath{partOptions, int32(field.Number())}, "write the same "+o.field+" in all of them",
				"the files of package %s have several values of %s: %s", pkg, o.field, strings.Join(values, ", "))
		}
	}
}

// packageCycles reports imports by which a package comes to import itself.
func (l *linter) packageCycles() {
	imports := map[string]map[string]bool{}
	seen := map[string]bool{}
	for _, f := range l.files {
		enterImports(f, imports, seen)
	}
	for _, f := range l.files {
		from := string(f.Package())
		for i := range f.Imports().Len() {
			to := string(f.Imports().Get(i).Package())
			if from == "" || to == "" || from == to {
				continue
			}
			if way := wayTo(to, from, imports, map[string]bool{}); way != nil {
				l.say("PACKAGE_NO_IMPORT_CYCLE", f, protoreflect.SourcePath{partDependency, int32(i)}, "move what both need to a package of its own",
					"the packages import each other in a circle: %s", strings.Join(append([]string{from}, way...), ", "))
			}
		}
	}
}

func enterImports(f protoreflect.FileDescriptor, imports map[string]map[string]bool, seen map[string]bool) {
	if seen[f.Path()] {
		return
	}
	seen[f.Path()] = true
	from := string(f.Package())
	if imports[from] == nil {
		imports[from] = map[string]bool{}
	}
	for i := range f.Imports().Len() {
		to := f.Imports().Get(i).FileDescriptor
		if p := string(to.Package()); p != from && p != "" {
			imports[from][p] = true
		}
		enterImports(to, imports, seen)
	}
}

// wayTo returns the packages from one to another, nil when none leads there.
func wayTo(from, to string, imports map[string]map[string]bool, seen map[string]bool) []string {
	if from == to {
		return []string{to}
	}
	if seen[from] {
		return nil
	}
	seen[from] = true
	for _, next := range slices.Sorted(maps.Keys(imports[from])) {
		if way := wayTo(next, to, imports, seen); way != nil {
			return append([]string{from}, way...)
		}
	}
	return nil
}

// uniqueTypes reports rpcs that share a request or response.
func (l *linter) uniqueTypes() {
	const rule, remedy = "RPC_REQUEST_RESPONSE_UNIQUE", "give each rpc a request and a response of its own, so that each can change alone"
	users := map[protoreflect.FullName][]protoreflect.MethodDescriptor{}
	for _, f := range l.files {
		for i := range f.Services().Len() {
			methods := f.Services().Get(i).Methods()
			for j := range methods.Len() {
				m := methods.Get(j)
				in, out := m.Input().FullName(), m.Output().FullName()
				users[in] = append(users[in], m)
				if in == out {
					l.say(rule, m, nil, remedy, "rpc %s has %s as its request and its response", m.Name(), in)
					continue
				}
				users[out] = append(users[out], m)
			}
		}
	}
	for of, methods := range users {
		if len(methods) < 2 {
			continue
		}
		for _, m := range methods {
			l.say(rule, m, nil, remedy, "%s is the request or the response of %d rpcs", of, len(methods))
		}
	}
}
