package proto

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"golang.org/x/mod/modfile"

	"github.com/mintwright/mintwright/internal/tree"
	"github.com/mintwright/mintwright/internal/workspace"
)

// Site is where gen proto runs.
type Site struct {
	Dir     string    // the working folder, absolute
	Package string    // the Go package of the file there that holds the directive; "" when there is none
	Environ []string  // key=value; of it GOMODCACHE, GOPATH, GOFLAGS, GOWORK, GOENV and PATH are used
	Stderr  io.Writer // gets what plugins say; nil: nobody does
}

// Choices are the flags of gen proto that decide what is made.
type Choices struct {
	Root     string   // the folder that imports start at
	Imports  []string // folders, of the disk or of modules, that imports are looked up in first
	Map      []string // FILE=PATH: the Go import path of a .proto file, instead of its go_package
	APILevel []string // open, hybrid or opaque, for files that do not say it, or FILE=LEVEL for one
	NoGRPC   bool     // no _grpc.pb.go
	Plugins  []string // NAME or NAME:PARAMETER
	Unmarked bool     // files of plugins need not say that they are generated
	ModFile  string   // the file with the tool lines, instead of go.mod
	Lint     bool     // look at names, and make nothing
	Breaking string   // look what has changed since this git revision, and make nothing
}

// Flags binds them.
func (c *Choices) Flags(f *pflag.FlagSet) {
	f.StringVar(&c.Root, "root", "", "the `folder` that imports start at")
	f.StringArrayVarP(&c.Imports, "import", "I", nil, "look imports up in this `folder` too, or in a folder of a module by its import path")
	f.StringArrayVarP(&c.Map, "map", "M", nil, "the Go import path of a .proto file, as `FILE=PATH`, instead of its go_package")
	f.StringArrayVar(&c.APILevel, "api-level", nil, "the Go API of files that do not say it, open, hybrid or opaque: `LEVEL`, or FILE=LEVEL for one")
	f.BoolVar(&c.NoGRPC, "no-grpc", false, "make no _grpc.pb.go")
	f.StringArrayVar(&c.Plugins, "plugin", nil, "run this plugin too, a tool of go.mod: `NAME[:PARAMETER]`")
	f.BoolVar(&c.Unmarked, "unmarked", false, "take also files of plugins that do not say that they are generated, such as JSON, and write them over what is there")
	f.StringVar(&c.ModFile, "modfile", "", "the `file` whose tool lines hold the plugins, instead of go.mod")
	f.BoolVar(&c.Lint, "lint", false, "make nothing; say which names are not what is usual, and exit with 3 when there are any")
	f.Func("breaking", "make nothing; say what breaks others since this git `revision`, and exit with 3 when there is anything", func(revision string) error {
		c.Breaking = revision
		if revision == "" {
			return errors.New("it names no revision") // a variable that is not set must not turn the check off
		}
		return nil
	})
}

// Output is what was made for one folder of .proto files.
type Output struct {
	Dir   string      // absolute: paths of Files start here. It lies in the module.
	Files []tree.File // sorted by path; a plugin may put them in folders that are not there yet
}

// Make returns the Go of the .proto files that args name, as seen from the site: files, folders
// that hold some, and with /... at the end all folders below; without any, the site's own folder.
// It reads modules where go keeps them, runs the plugins that are asked for, and writes nothing.
//
// Everything that is wrong with the files is reported at once, each a *Fault with an absolute
// path. A wrong use of flags and arguments is a *Misuse. Where the choices say to look only,
// nothing is made, and what is found are faults.
func Make(ctx context.Context, s Site, c Choices, args ...string) ([]Output, error) {
	if c.Looks() {
		found, err := Look(ctx, s, c, args...)
		if err != nil {
			return nil, err
		}
		return nil, asFaults(found)
	}
	folders, err := s.folders(c, args)
	if err != nil {
		return nil, err
	}
	var made []Output
	var faults []*Fault
	for _, f := range folders {
		o, err := f.make(ctx)
		some := Faults(err)
		if err != nil && some == nil {
			return nil, err
		}
		faults = append(faults, some...)
		made = append(made, o)
	}
	if len(faults) > 0 {
		return nil, join(faults)
	}
	return made, distinct(made)
}

// Looks reports whether nothing is to be made.
func (c Choices) Looks() bool { return c.Lint || c.Breaking != "" }

// Look returns what Lint and Breaking find, as far as they are chosen.
func Look(ctx context.Context, s Site, c Choices, args ...string) (found []Finding, err error) {
	if c.Lint {
		if found, err = Lint(ctx, s, c, args...); err != nil {
			return nil, err
		}
	}
	if c.Breaking != "" {
		more, err := Breaking(ctx, s, c, args...)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
		slices.SortFunc(found, compareFindings)
	}
	return found, nil
}

func asFaults(found []Finding) error {
	var faults []*Fault
	for _, f := range found {
		faults = append(faults, &Fault{File: f.File, Line: f.Line, Column: f.Column, Problem: f.Problem + " (" + f.Rule + ")", Remedy: f.Remedy})
	}
	return join(faults)
}

// Misuse is a wrong flag or argument of gen proto.
type Misuse struct{ Problem, Remedy string }

func (m *Misuse) Error() string { return m.Problem + "; " + m.Remedy }

// distinct refuses two outputs of one path.
func distinct(made []Output) error {
	seen := map[string]bool{}
	for _, o := range made {
		for _, f := range o.Files {
			name := filepath.Join(o.Dir, filepath.FromSlash(f.Path))
			if seen[name] {
				return &Fault{File: name, Problem: "it would be made twice, for two folders", Remedy: "run the plugin for each folder apart, and tell it to use other names"}
			}
			seen[name] = true
		}
	}
	return nil
}

// folder is a folder with .proto files that become one Go package.
type folder struct {
	site    Site
	choices Choices
	module  string // the folder of go.mod, absolute
	path    string // the module's path
	gomod   []byte
	root    string // where imports start, from the folder of go.mod and with slashes
	dir     string // the folder itself, from there
	names   []string
}

// absolute is a path as seen from the site.
func (s Site) absolute(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(s.Dir, name)
}

// shown is a path as a person at the site sees it.
func (s Site) shown(name string) string {
	if rel, err := filepath.Rel(s.Dir, name); err == nil && filepath.IsLocal(rel) {
		name = rel
	}
	if name == "." {
		return "this folder"
	}
	return filepath.ToSlash(name)
}

// get is a variable of the environment; the last one counts.
func (s Site) get(key string) string {
	for _, kv := range slices.Backward(s.Environ) {
		if k, v, _ := strings.Cut(kv, "="); k == key {
			return v
		}
	}
	return ""
}

// folders sorts what was named by the folders that it lies in.
func (s Site) folders(c Choices, args []string) ([]folder, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	named := map[string][]string{}
	for _, arg := range args {
		if tree, ok := strings.CutSuffix(filepath.ToSlash(arg), "..."); ok && (tree == "" || strings.HasSuffix(tree, "/")) {
			if err := s.sourcesBelow(cmp.Or(tree, "."), named); err != nil {
				return nil, err
			}
			continue
		}
		dir, names, err := s.sources(arg)
		if err != nil {
			return nil, err
		}
		named[dir] = append(named[dir], names...)
	}
	var list []folder
	for _, dir := range slices.Sorted(maps.Keys(named)) {
		f, err := s.locate(c, dir)
		if err != nil {
			return nil, err
		}
		f.names = slices.Compact(slices.Sorted(slices.Values(named[dir])))
		list = append(list, f)
	}
	return list, nil
}

const giveSources = "give a .proto file, or a folder that holds some"

// sources returns the .proto files that arg means, and their folder.
func (s Site) sources(arg string) (dir string, names []string, err error) {
	target := s.absolute(arg)
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil, &Fault{Problem: "there is no " + arg, Remedy: giveSources}
	case err != nil:
		return "", nil, err
	case !info.IsDir() && filepath.Ext(target) != ".proto":
		return "", nil, &Misuse{arg + " is no .proto file", giveSources}
	case !info.IsDir():
		return filepath.Dir(target), []string{filepath.Base(target)}, nil
	}
	entries, err := os.ReadDir(target)
	if err != nil {
		return "", nil, err
	}
	for _, e := range entries {
		if !e.IsDir() && filepath.Ext(e.Name()) == ".proto" {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		return "", nil, &Fault{Problem: "there is no .proto file in " + s.shown(target), Remedy: giveSources}
	}
	return target, names, nil
}

// sourcesBelow adds the .proto files of a folder and of those below, by their folders. Left out
// are what go leaves out, and modules of their own.
func (s Site) sourcesBelow(arg string, named map[string][]string) error {
	top := s.absolute(arg)
	before := len(named)
	err := filepath.WalkDir(top, func(at string, d fs.DirEntry, err error) error {
		switch base := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && at != top && (base == "vendor" || base == "testdata" || base == "node_modules" || base[0] == '.' || base[0] == '_' || isModule(at)):
			return fs.SkipDir
		case !d.IsDir() && filepath.Ext(base) == ".proto":
			named[filepath.Dir(at)] = append(named[filepath.Dir(at)], base)
		}
		return nil
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Fault{Problem: "there is no " + arg, Remedy: giveSources}
	case err == nil && len(named) == before:
		return &Fault{Problem: "there is no .proto file below " + s.shown(top), Remedy: giveSources}
	}
	return err
}

func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// locate finds the module of a folder, and where its imports start.
func (s Site) locate(c Choices, dir string) (folder, error) {
	f := folder{site: s, choices: c}
	name, data := workspace.Read(dir, "go.mod")
	f.module, f.path, f.gomod = filepath.Dir(name), modfile.ModulePath(data), data
	if f.path == "" {
		return f, &Fault{Problem: s.shown(dir) + " lies in no Go module", Remedy: "make one with go mod init"}
	}
	rel, err := filepath.Rel(f.module, dir)
	if err != nil {
		return f, err
	}
	f.dir = filepath.ToSlash(rel)
	if c.Root == "" {
		f.root = ImportRoot(f.dir)
		return f, nil
	}
	root, err := filepath.Rel(f.module, s.absolute(c.Root))
	f.root = filepath.ToSlash(root)
	if err != nil || !filepath.IsLocal(root) || !isWithin(f.root, f.dir) {
		return f, &Misuse{fmt.Sprintf("--root: %s does not lie in %s", s.shown(dir), c.Root), "give a folder of the module, above the .proto files"}
	}
	return f, nil
}

// isWithin says whether a slash path is above, or below it.
func isWithin(above, name string) bool {
	return above == "." || name == above || strings.HasPrefix(name, above+"/")
}

// source is the path of one of the folder's files, from where imports start.
func (f folder) source(name string) string {
	below := f.dir
	if f.root != "." {
		below = strings.TrimPrefix(strings.TrimPrefix(f.dir, f.root), "/")
	}
	return path.Join(below, name)
}

// rootDir is where imports start, absolute.
func (f folder) rootDir() string { return filepath.Join(f.module, filepath.FromSlash(f.root)) }

// make makes the Go of the folder.
func (f folder) make(ctx context.Context) (Output, error) {
	out := Output{Dir: f.rootDir()}
	j, err := f.job()
	if err != nil {
		return out, err
	}
	root, err := openBelow(f.module, f.root)
	if err != nil {
		return out, err
	}
	defer root.Close()
	lib := newLibrary(f)
	out.Files, err = generate(ctx, lib.after(reader(root.FS())), j)
	return out, f.placed(err)
}

// openBelow opens a folder of another one; no link leads out of that.
func openBelow(dir, name string) (*os.Root, error) {
	outer, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer outer.Close()
	return outer.OpenRoot(filepath.FromSlash(name))
}

// placed makes the paths of faults absolute.
func (f folder) placed(err error) error {
	faults := Faults(err)
	if faults == nil {
		return err
	}
	for _, one := range faults {
		if one.File != "" && !filepath.IsAbs(one.File) {
			one.File = filepath.Join(f.rootDir(), filepath.FromSlash(one.File))
		}
	}
	return join(faults)
}

// job says what is to be made of the folder.
func (f folder) job() (job, error) {
	j := job{Options: Options{Base: path.Join(f.path, f.root)}, withoutGRPC: f.choices.NoGRPC}
	// The go command says of which package the file with the directive is.
	if filepath.Join(f.module, filepath.FromSlash(f.dir)) == f.site.Dir && !strings.HasSuffix(f.site.Package, "_test") {
		j.Package = f.site.Package
	}
	for _, name := range f.names {
		j.names = append(j.names, f.source(name))
	}
	var err error
	if j.mapped, err = mappings(f.choices.Map); err != nil {
		return j, err
	}
	if j.apiLevels, err = apiLevels(f.choices.APILevel); err != nil {
		return j, err
	}
	j.plugins, err = f.plugins()
	return j, err
}

// mappings reads FILE=PATH.
func mappings(list []string) (map[string]string, error) {
	made := map[string]string{}
	for _, m := range list {
		file, importPath, ok := strings.Cut(m, "=")
		if !ok || file == "" || importPath == "" || strings.Contains(m, ",") {
			return nil, &Misuse{fmt.Sprintf("--map: %q is no FILE=PATH", m), "write it like -M orders/v1/orders.proto=example.com/acme/orders/v1"}
		}
		if other, given := made[file]; given && other != importPath {
			return nil, &Misuse{fmt.Sprintf("--map: %s is given two paths, %s and %s", file, other, importPath), "give one of them"}
		}
		made[file] = importPath
	}
	return made, nil
}

// apiLevels are the parameters that protoc-gen-go has for levels.
func apiLevels(list []string) (parameters []string, err error) {
	for _, given := range list {
		file, level, isOne := strings.Cut(given, "=")
		if !isOne {
			file, level = "", given
		}
		known := "API_" + strings.ToUpper(level)
		switch {
		case known != "API_OPEN" && known != "API_HYBRID" && known != "API_OPAQUE", strings.Contains(file, ","):
			return nil, &Misuse{fmt.Sprintf("--api-level: there is no level %q", level), "give open, hybrid or opaque"}
		case isOne:
			parameters = append(parameters, "apilevelM"+file+"="+known)
		default:
			parameters = append(parameters, "default_api_level="+known)
		}
	}
	return parameters, nil
}

// byPath sorts files by their paths.
func byPath(a, b tree.File) int { return cmp.Compare(a.Path, b.Path) }
