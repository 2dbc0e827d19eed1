package generate

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/directive"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
)

// Search says where to look for directives.
type Search struct {
	Dir      string   // the folder that patterns start from, absolute
	Environ  []string // key=value
	Patterns []string // as for the go command; none are "."
	Release  string   // of this gen
}

// Found is what stands in the packages of a Search.
type Found struct {
	Directives []Directive // in the order in which go generate runs them
	Others     []Other     // lines that are left alone
	Packages   int         // how many were looked at
}

// Other is a directive that is left alone.
type Other struct {
	File  string // absolute
	Line  int
	Words []string
	Why   string // "" when it runs another program
}

// Find returns the directives of the packages that the patterns match. Its errors are *fault.Fault,
// or of the disk.
func Find(s Search) (Found, error) {
	settings := readSettings(s.Environ)
	home, err := findModules(s.Dir, settings)
	if err != nil {
		return Found{}, err
	}
	folders, err := home.match(s)
	if err != nil {
		return Found{}, err
	}
	var found Found
	var problems []error
	for _, f := range folders {
		if err := f.read(s, settings, &found); err != nil {
			problems = append(problems, err)
		}
	}
	return found, errors.Join(problems...)
}

// folder is one package, or a few files of it.
type folder struct {
	dir   string
	only  []string // base names; nil: all
	named bool     // it was asked for by itself, and not by a wildcard
}

// goFile is a file with directives.
type goFile struct {
	name, pkg string
	content   []byte
	external  bool // the file is of the external test package, which comes last
}

// read adds the directives of a folder.
func (f folder) read(s Search, settings settings, found *Found) error {
	entries, err := os.ReadDir(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return &fault.Fault{Problem: fmt.Sprintf("there is no folder %s", f.dir), Remedy: "give a folder of the module, or a pattern like ./..."}
	}
	if info, err := os.Stat(f.dir); err == nil && !info.IsDir() {
		return &fault.Fault{Problem: fmt.Sprintf("%s is no folder", f.dir), Remedy: "give files of one package, or folders"}
	}
	if err != nil {
		return err
	}
	var files []goFile
	count := 0
	for _, e := range entries {
		if !isSource(e, f.only) {
			continue
		}
		count++
		content, err := readFile(filepath.Join(f.dir, e.Name()))
		if errors.Is(err, fs.ErrPermission) {
			return err
		}
		if err != nil {
			continue // who builds it will say so
		}
		if bytes.Contains(content, []byte("//go:generate")) {
			if file, ok := settings.open(f, e.Name(), content); ok {
				files = append(files, file)
			}
		}
	}
	if count == 0 && f.named {
		return &fault.Fault{Problem: fmt.Sprintf("there are no Go files in %s", f.dir), Remedy: "give the folder of a package, or a pattern like ./..."}
	}
	if count > 0 {
		found.Packages++
	}
	inside := func(f goFile) bool { return !f.external }
	outside := func(f goFile) bool { return f.external }
	for _, file := range slices.Concat(filter(files, inside), filter(files, outside)) {
		if err := file.read(s, f.dir, settings, found); err != nil {
			return err // as the go command, which looks at no more files of this package
		}
	}
	return nil
}

func isSource(e fs.DirEntry, only []string) bool {
	name := e.Name()
	switch {
	case e.IsDir() || !strings.HasSuffix(name, ".go"):
		return false
	case only != nil:
		return slices.Contains(only, name)
	}
	return name[0] != '_' && name[0] != '.'
}

// open looks whether a file is part of its package.
func (s settings) open(f folder, name string, content []byte) (goFile, bool) {
	if f.only == nil {
		c := s.context
		c.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
		if matches, err := c.MatchFile(f.dir, name); err != nil || !matches {
			return goFile{}, false
		}
	}
	syntax, err := parser.ParseFile(token.NewFileSet(), name, content, parser.ImportsOnly)
	if syntax == nil || syntax.Name == nil || err != nil && syntax.Name.Name == "" {
		return goFile{}, false // as the go command
	}
	file := goFile{name: name, pkg: syntax.Name.Name, content: content}
	file.external = strings.HasSuffix(name, "_test.go") && strings.HasSuffix(file.pkg, "_test")
	usesC := slices.ContainsFunc(syntax.Imports, func(spec *ast.ImportSpec) bool { return spec.Path.Value == `"C"` })
	return file, !usesC || s.context.CgoEnabled || f.only != nil
}

func filter(list []goFile, keep func(goFile) bool) []goFile {
	return slices.DeleteFunc(slices.Clone(list), func(f goFile) bool { return !keep(f) })
}

func (f goFile) read(s Search, dir string, settings settings, found *Found) error {
	place := filepath.Join(dir, f.name)
	lines := directive.In(f.content, directive.Variables{
		File: f.name, Package: f.pkg, Arch: settings.context.GOARCH, OS: settings.context.GOOS,
		Lookup: func(name string) string {
			if name == "PWD" {
				return dir
			}
			return lookup(s.Environ, name)
		},
	})
	for _, line := range lines {
		if line.Err != nil {
			return &fault.Fault{
				File: place, Line: line.Number, Problem: "this go:generate line cannot be read: " + line.Err.Error(),
				Remedy: `correct it by the rules of "go help generate"`,
			}
		}
		args, version := directive.Gen(line.Words)
		why := ""
		if version != "" && version != s.Release {
			args, why = nil, fmt.Sprintf("it asks for gen %s, and this is %s", version, s.Release)
		}
		if near := meant(line.Words); near != "" && args == nil && why == "" {
			return &fault.Fault{
				File: place, Line: line.Number, Problem: fmt.Sprintf("gen has no generator %q", line.Words[1]),
				Remedy: fmt.Sprintf("did you mean %s?", near),
			}
		}
		if args == nil {
			found.Others = append(found.Others, Other{place, line.Number, line.Words, why})
			continue
		}
		found.Directives = append(found.Directives, Directive{Dir: dir, File: f.name, Line: line.Number, Package: f.pkg, Args: args})
	}
	return nil
}

// meant is the generator that a line probably asks for, which runs gen with a word that is none.
func meant(words []string) string {
	if len(words) < 2 || strings.TrimSuffix(filepath.Base(words[0]), ".exe") != "gen" || directive.IsVerb(words[1]) {
		return ""
	}
	var known []string
	for _, v := range verbs() {
		known = append(known, v.name)
	}
	return names.Nearest(words[1], known)
}

// settings is what the environment says about files.
type settings struct {
	context build.Context
	work    string // GOWORK
}

// readSettings reads the environment, and the file in which "go env -w" writes.
func readSettings(environ []string) settings {
	saved := savedEnv(environ)
	get := func(name string) string {
		if v := lookup(environ, name); v != "" {
			return v
		}
		return lookup(saved, name)
	}
	c := build.Default
	native := c.GOOS + "/" + c.GOARCH
	if v := get("GOOS"); v != "" {
		c.GOOS = v
	}
	if v := get("GOARCH"); v != "" {
		c.GOARCH = v
	}
	switch get("CGO_ENABLED") {
	case "0":
		c.CgoEnabled = false
	case "1":
		c.CgoEnabled = true
	default:
		c.CgoEnabled = c.CgoEnabled && c.GOOS+"/"+c.GOARCH == native
	}
	c.BuildTags = []string{"generate"}
	for flag := range strings.FieldsSeq(get("GOFLAGS")) {
		name, value, _ := strings.Cut(strings.TrimLeft(flag, "-"), "=")
		if name == "tags" {
			c.BuildTags = append(c.BuildTags, strings.FieldsFunc(value, func(r rune) bool { return r == ',' })...)
		}
	}
	return settings{context: c, work: get("GOWORK")}
}

// savedEnv returns what "go env -w" has written, as an environment.
func savedEnv(environ []string) []string {
	name := lookup(environ, "GOENV")
	if name == "off" {
		return nil
	}
	if name == "" {
		dir, err := os.UserConfigDir()
		if err != nil {
			return nil
		}
		name = filepath.Join(dir, "go", "env")
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	return strings.Split(strings.ReplaceAll(string(content), "\r\n", "\n"), "\n")
}

// lookup returns a variable of an environment; the last one counts.
func lookup(environ []string, name string) string {
	for _, e := range slices.Backward(environ) {
		if k, v, ok := strings.Cut(e, "="); ok && k == name {
			return v
		}
	}
	return ""
}
