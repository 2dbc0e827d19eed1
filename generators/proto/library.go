package proto

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/types/descriptorpb"
)

// library finds imports that do not lie below the root of the sources. In this order, and the
// first that has one counts:
//
//   - the folders of -I, each alone;
//   - the module itself, with the others of its workspace;
//   - the modules that go.mod requires;
//   - those that it requires indirectly;
//   - the Go that protoc-gen-go made, in the modules in the same order: it holds its descriptor.
//
// A module has a file at its path from the module's root, from the folder proto there, or behind
// the module's own path. Two modules of one order that have different files of one name are a
// fault: which of them is meant is for the user to say.
type library struct {
	folder  folder
	modules func() ([]module, error)
	made    map[string]map[string][]string // Go files by their names, by the folder that was searched
}

func newLibrary(f folder) *library {
	return &library{folder: f, modules: sync.OnceValues(f.modules), made: map[string]map[string][]string{}}
}

// after is a finder that looks in the library for what the first does not have.
func (l *library) after(first finder) finder {
	return func(name string) (source, error) {
		found, err := first(name)
		if !errors.Is(err, errNoFile) {
			return found, err
		}
		return l.find(name)
	}
}

// find returns a file of the library.
func (l *library) find(name string) (source, error) {
	if found, err := l.named(name); found.place != "" || err != nil {
		return found, err
	}
	modules, err := l.modules()
	if err != nil {
		return source{}, l.told(err)
	}
	for t := range tiers {
		var found []source
		for _, m := range modules {
			if m.tier == t {
				found = append(found, m.find(name)...)
			}
		}
		if len(found) > 0 {
			return l.only(name, found)
		}
	}
	for t := range tiers {
		var found []source
		for _, m := range modules {
			if m.tier == t {
				found = append(found, l.findGo(m, name)...)
			}
		}
		if len(found) > 0 {
			return l.only(name, found)
		}
	}
	return source{}, l.missing(name, modules)
}

// told makes a fault of go.mod one of the import.
func (l *library) told(err error) error {
	if f, ok := errors.AsType[*Fault](err); ok {
		one := *f
		one.File = l.shown(f.File)
		return &Fault{Problem: one.Fact(), Remedy: f.Remedy}
	}
	return err
}

func (l *library) shown(name string) string { return l.folder.site.shown(name) }

// named looks in the folders of -I.
func (l *library) named(name string) (source, error) {
	for _, in := range l.folder.choices.Imports {
		dirs, err := l.dirs(in)
		if err != nil {
			return source{}, err
		}
		for _, dir := range dirs {
			found, err := readAt(dir, name)
			if err == nil || !errors.Is(err, errNoFile) {
				return found, err
			}
		}
	}
	return source{}, nil
}

// dirs returns where the folder of a -I is: on the disk, or else in a module.
func (l *library) dirs(in string) ([]string, error) {
	if dir := l.folder.site.absolute(in); isDir(dir) {
		return []string{dir}, nil
	}
	modules, err := l.modules()
	if err != nil {
		return nil, l.told(err)
	}
	var of module
	for _, m := range modules {
		if isWithin(m.path, in) && len(m.path) > len(of.path) {
			of = m
		}
	}
	switch {
	case of.path == "":
		return nil, &Fault{Problem: fmt.Sprintf("-I %s is no folder, and no module of go.mod begins its path", in), Remedy: "give a folder, or one of a module behind the module's path"}
	case !of.isThere():
		return nil, notDownloaded(of)
	}
	var dirs []string
	for _, dir := range of.dirs {
		if dir = filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(in, of.path))); isDir(dir) {
			dirs = append(dirs, dir)
		}
	}
	if len(dirs) == 0 {
		return nil, &Fault{Problem: fmt.Sprintf("-I %s: module %s has no such folder", in, of), Remedy: "correct the path behind that of the module"}
	}
	return dirs, nil
}

func notDownloaded(m module) *Fault {
	return &Fault{Problem: fmt.Sprintf("module %s is not downloaded", m), Remedy: "run go mod download " + m.path}
}

// String is the module as the go command writes it.
func (m module) String() string {
	if m.version == "" {
		return m.path
	}
	return m.path + "@" + m.version
}

// find returns the files of this name that a module has.
func (m module) find(name string) (found []source) {
	places := []string{name, path.Join("proto", name)}
	if rest, ok := strings.CutPrefix(name, m.path+"/"); ok {
		places = append(places, rest)
	}
	for _, place := range places {
		for _, dir := range m.dirs {
			if s, err := readAt(dir, place); err == nil {
				found = append(found, s)
				break
			}
		}
	}
	return found
}

// readAt reads a file below a folder; no link leads out of that.
func readAt(dir, name string) (source, error) {
	if !fs.ValidPath(name) {
		return source{}, errors.New("it is no path below a folder")
	}
	place := filepath.Join(dir, filepath.FromSlash(name))
	if _, err := os.Lstat(place); err != nil {
		return source{}, errNoFile // the common case, and cheap
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return source{}, errNoFile
	}
	defer root.Close()
	text, err := read(root.FS(), name)
	return source{text: text, place: place}, err
}

// only returns the one file that was found; several of the same content are one.
func (l *library) only(name string, found []source) (source, error) {
	slices.SortStableFunc(found, func(a, b source) int { return cmp.Compare(a.place, b.place) })
	for _, s := range found[1:] {
		if !bytes.Equal(s.text, found[0].text) {
			return source{}, &Fault{
				Problem: fmt.Sprintf("there are two of it, %s and %s", found[0].place, s.place),
				Remedy:  "choose one with -I FOLDER",
			}
		}
	}
	return found[0], l.checkName(name, found[0])
}

// checkName refuses a file whose Go is known to protobuf by another name: what imports it by this
// one would not find it at run time.
func (l *library) checkName(name string, s source) error {
	if s.compiled != nil {
		return nil
	}
	made, err := os.ReadFile(strings.TrimSuffix(s.place, ".proto") + ".pb.go")
	if err != nil {
		return nil
	}
	if is := sourceOf(made); is != "" && is != name {
		return &Fault{
			Problem: fmt.Sprintf("the Go of %s is registered as %q", s.place, is),
			Remedy:  fmt.Sprintf("write import %q;", is),
		}
	}
	return nil
}

// known says in which modules files are that many import, by the beginnings of their names.
var known = [...]struct{ prefix, module string }{
	{"google/api/expr/", "google.golang.org/genproto/googleapis/api"},
	{"google/api/", "google.golang.org/genproto/googleapis/api"},
	{"google/rpc/", "google.golang.org/genproto/googleapis/rpc"},
	{"google/type/", "google.golang.org/genproto"},
	{"google/longrunning/", "cloud.google.com/go/longrunning"},
	{"protoc-gen-openapiv2/", "github.com/grpc-ecosystem/grpc-gateway/v2"},
	{"buf/validate/", "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go"},
	{"validate/validate.proto", "github.com/envoyproxy/protoc-gen-validate"},
	{"opentelemetry/proto/", "go.opentelemetry.io/proto/otlp"},
	{"xds/", "github.com/cncf/xds/go"},
	{"udpa/", "github.com/cncf/xds/go"},
	{"envoy/", "github.com/envoyproxy/go-control-plane/envoy"},
	{"gogoproto/", "github.com/gogo/protobuf"},
}

// missing says that nobody has a file, and what would help.
func (l *library) missing(name string, modules []module) error {
	var searched, absent []string
	remedy := "correct the path, which starts at the root of the sources, or put the file there, or require the module that has it"
	for _, m := range modules {
		if m.path == l.folder.path {
			continue
		}
		if m.isThere() {
			searched = append(searched, m.path)
			continue
		}
		absent = append(absent, m.String())
		if strings.HasPrefix(name, m.path+"/") || providerOf(name) == m.path {
			return notDownloaded(m)
		}
	}
	problem := "there is no such file below " + l.folder.rootWords()
	switch len(searched) {
	case 0:
		problem += ", and no other module to look in"
	case 1:
		problem += ", nor in module " + searched[0]
	default:
		problem += fmt.Sprintf(", nor in %d modules (%s)", len(searched), words(searched))
	}
	switch provider := providerOf(name); {
	case provider != "" && !slices.Contains(searched, provider):
		remedy = "run go get " + provider
	case len(absent) > 0:
		problem += fmt.Sprintf("; %s cannot be searched: not downloaded", words(absent))
		remedy += "; or run go mod download"
	}
	return &Fault{Problem: problem, Remedy: remedy}
}

func providerOf(name string) string {
	for _, k := range known {
		if strings.HasPrefix(name, k.prefix) {
			return k.module
		}
	}
	return ""
}

// rootWords is the root of the sources for a sentence.
func (f folder) rootWords() string {
	if f.root == "." {
		return "the folder of go.mod"
	}
	return f.root
}

// madeFrom finds the line in which generated Go names its source.
var madeFrom = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^// (?:source: (.*?)|(\S+\.proto) is a deprecated file\.)\r?$`)
})

// sourceOf returns the .proto file that Go was made from by protoc-gen-go, "" for other Go.
func sourceOf(text []byte) string {
	head, _, _ := bytes.Cut(text, []byte("\npackage "))
	if !bytes.Contains(head, []byte("// Code generated by protoc-gen-go. DO NOT EDIT.")) {
		return ""
	}
	if m := madeFrom().FindSubmatch(head); m != nil {
		return string(m[1]) + string(m[2])
	}
	return ""
}

// findGo returns the descriptors of files of this name that Go in a module holds.
func (l *library) findGo(m module, name string) (found []source) {
	base := strings.TrimSuffix(path.Base(name), ".proto") + ".pb.go"
	for _, dir := range m.dirs {
		if l.made[dir] == nil {
			l.made[dir] = goMade(dir)
		}
		for _, place := range l.made[dir][base] {
			text, err := readBounded(place)
			if err != nil || sourceOf(text) != name {
				continue
			}
			if f := descriptorIn(text); f.GetName() == name {
				found = append(found, source{place: place, text: canonical(f), compiled: f})
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return found
}

// maxFolders bounds a search; the largest module has a tenth of it.
const maxFolders = 50000

// goMade returns the .pb.go files below a folder by their names, in the order of their paths.
func goMade(dir string) map[string][]string {
	found, visited := map[string][]string{}, 0
	_ = filepath.WalkDir(dir, func(at string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read is not there
		case d.IsDir():
			if visited++; visited > maxFolders {
				return fs.SkipAll
			}
			if base := d.Name(); at != dir && (base == "testdata" || base == "vendor" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) {
				return fs.SkipDir
			}
		case strings.HasSuffix(d.Name(), ".pb.go") && d.Type().IsRegular():
			found[d.Name()] = append(found[d.Name()], at)
		}
		return nil
	})
	return found
}

// canonical is a descriptor as bytes, to compare with others.
func canonical(f *descriptorpb.FileDescriptorProto) []byte { return []byte(f.String()) }
