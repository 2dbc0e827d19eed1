// Package floors holds the order of the house: who may import whom, who may ask and who
// may exit, and that nothing happens or changes behind a reader's back.
//
// The rules are those of DESIGN.md ("Floors") and STYLE.md (sections 2 and 6); rooms.go
// has them as a table. They are checked on the syntax of the files: go list would run
// in another process, and the test cache would not see a change.
package floors

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

const module = "github.com/mintwright/mintwright/"

// Check returns what breaks the order in the module that src holds, a line each, sorted.
// Modules inside it, testdata and hidden folders are not looked at.
func Check(src fs.FS) ([]string, error) {
	c := &checker{src: src, house: house(), seen: map[string]bool{}, vars: map[string]map[string]bool{}}
	if err := fs.WalkDir(src, ".", c.visit); err != nil {
		return nil, err
	}
	for _, f := range c.files {
		c.checkImports(f)
		c.checkExits(f)
		c.checkInit(f)
		c.checkVariables(f)
	}
	for _, f := range c.files {
		c.checkAssignments(f)
	}
	for _, r := range c.house {
		if !c.seen[r.path] {
			c.faultf("rooms.go", "the room %s has a line and no folder", r.path)
		}
	}
	slices.Sort(c.faults)
	return slices.Compact(c.faults), nil
}

type checker struct {
	src    fs.FS
	house  []room
	seen   map[string]bool // rooms with a folder
	files  []*file
	vars   map[string]map[string]bool // folder -> its package variables
	faults []string
}

type file struct {
	name   string
	isTest bool
	syntax *ast.File
	fset   *token.FileSet
}

func (f *file) dir() string { return path.Dir(f.name) }

func (c *checker) faultf(where, format string, args ...any) {
	c.faults = append(c.faults, where+": "+fmt.Sprintf(format, args...))
}

func (c *checker) visit(name string, d fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	if d.IsDir() {
		return c.enter(name)
	}
	if !strings.HasSuffix(name, ".go") {
		return nil
	}
	content, err := fs.ReadFile(c.src, name)
	if err != nil {
		return err
	}
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	c.files = append(c.files, &file{name, strings.HasSuffix(name, "_test.go"), syntax, fset})
	return nil
}

func (c *checker) enter(dir string) error {
	if dir == "." {
		return nil
	}
	base := path.Base(dir)
	if base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return fs.SkipDir
	}
	if _, err := fs.Stat(c.src, path.Join(dir, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

// room returns the line of a folder: the longest that fits.
func (c *checker) room(dir string) (room, bool) {
	var best room
	for _, r := range c.house {
		if matches(r.path, dir) && len(r.path) > len(best.path) {
			best = r
		}
	}
	return best, best.path != ""
}

// matches reports whether pattern means the folder.
func matches(pattern, dir string) bool {
	above, isTree := strings.CutSuffix(pattern, "...")
	if !isTree {
		return pattern == dir
	}
	return strings.HasPrefix(dir+"/", above)
}

// under reports whether the import is the package or below it.
func under(pkg, imported string) bool {
	return imported == pkg || strings.HasPrefix(imported, pkg+"/")
}

func (c *checker) checkImports(f *file) {
	r, found := c.room(f.dir())
	if !found {
		c.faultf(f.dir(), "the room has no line in internal/floors/rooms.go")
		return
	}
	c.seen[r.path] = true
	for _, spec := range f.syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			c.faultf(f.name, "import %s: %v", spec.Path.Value, err)
			continue
		}
		for _, only := range reserved() {
			if ok, _ := path.Match(only.files, f.name); under(only.pkg, imported) && !ok {
				c.faultf(f.name, "imports %s, which is for %s", imported, only.files)
			}
		}
		// A test may reach for what it needs, except where it is emitted with the code.
		if f.isTest && !strings.HasPrefix(f.name, "blueprints/service/") {
			continue
		}
		c.checkImport(f, r, imported)
	}
}

func (c *checker) checkImport(f *file, r room, imported string) {
	if dir, ours := strings.CutPrefix(imported, module); ours {
		if !slices.ContainsFunc(r.ours, func(allowed string) bool { return matches(allowed, dir) }) {
			c.faultf(f.name, "%s may not import %s", r.path, dir)
		}
		return
	}
	first, _, _ := strings.Cut(imported, "/")
	if r.std && strings.Contains(first, ".") {
		c.faultf(f.name, "%s may import the standard library alone, not %s", r.path, imported)
	}
	for _, never := range r.never {
		if under(never, imported) && !slices.Contains(r.but, imported) {
			c.faultf(f.name, "%s may not import %s", r.path, imported)
		}
	}
}

// ours reports whether the file is Mintwright's own and not a service's.
func (f *file) ours() bool {
	return !f.isTest && !strings.HasPrefix(f.name, "blueprints/service/") && !strings.HasPrefix(f.name, "golden/")
}

// checkExits looks for calls that end the process.
func (c *checker) checkExits(f *file) {
	if !f.ours() || slices.Contains(exits(), f.name) {
		return
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := sel.X.(*ast.Ident)
		if !ok {
			return true
		}
		switch name := pkg.Name + "." + sel.Sel.Name; name {
		case "os.Exit", "syscall.Exit", "log.Fatal", "log.Fatalf", "log.Fatalln":
			c.faultf(f.fset.Position(n.Pos()).String(), "%s is for main.go", name)
		}
		return true
	})
}

func (c *checker) checkInit(f *file) {
	if strings.HasSuffix(f.name, ".pb.go") || slices.Contains(registers(), f.name) {
		return // protoc-gen-go registers by import
	}
	for _, d := range f.syntax.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
			c.faultf(f.fset.Position(fn.Pos()).String(), "an init function")
		}
	}
}

// checkVariables takes down the package variables of a file, and refuses those that
// are there to be changed or that cost work before main.
func (c *checker) checkVariables(f *file) {
	if !f.ours() {
		return
	}
	for _, d := range f.syntax.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.VAR {
			continue
		}
		for _, s := range decl.Specs {
			spec, ok := s.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for i, name := range spec.Names {
				if name.Name == "_" {
					continue
				}
				if c.vars[f.dir()] == nil {
					c.vars[f.dir()] = map[string]bool{}
				}
				c.vars[f.dir()][name.Name] = true
				if isEmbedded(decl.Doc) || isEmbedded(spec.Doc) || i < len(spec.Values) && isConstant(name.Name, spec.Values[i]) {
					continue
				}
				c.faultf(f.fset.Position(name.Pos()).String(), "the package variable %s is neither an error, a table, an analyzer nor embedded", name.Name)
			}
		}
	}
}

func isEmbedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

// isConstant reports whether a variable is what Go has no const for: an error, a table
// that the compiler lays out (no map), an analyzer, or a value made at its first use.
func isConstant(name string, value ast.Expr) bool {
	switch v := value.(type) {
	case *ast.CallExpr:
		sel, ok := v.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		return sel.Sel.Name == "OnceValue" || sel.Sel.Name == "OnceValues" ||
			strings.HasPrefix(name, "err") || strings.HasPrefix(name, "Err")
	case *ast.CompositeLit:
		return isTable(v)
	case *ast.UnaryExpr:
		lit, ok := v.X.(*ast.CompositeLit)
		return ok && name == "Analyzer" && isTable(lit)
	}
	return false
}

func isTable(lit *ast.CompositeLit) bool {
	table := true
	ast.Inspect(lit, func(n ast.Node) bool {
		if _, isMap := n.(*ast.MapType); isMap {
			table = false
		}
		return table
	})
	return table
}

// checkAssignments looks for functions that change a variable of their package. Names
// that a function declares itself are taken for its own throughout.
func (c *checker) checkAssignments(f *file) {
	vars := c.vars[f.dir()]
	if !f.ours() || len(vars) == 0 {
		return
	}
	for _, d := range f.syntax.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		own := declared(fn)
		changes := func(target ast.Expr) {
			if name, ok := root(target); ok && vars[name.Name] && !own[name.Name] {
				c.faultf(f.fset.Position(name.Pos()).String(), "changes the package variable %s", name.Name)
			}
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, target := range n.Lhs {
					changes(target)
				}
			case *ast.IncDecStmt:
				changes(n.X)
			}
			return true
		})
	}
}

// root returns x for x, x.f, x[i] and *x.
func root(e ast.Expr) (*ast.Ident, bool) {
	for {
		switch v := e.(type) {
		case *ast.Ident:
			return v, true
		case *ast.SelectorExpr:
			e = v.X
		case *ast.IndexExpr:
			e = v.X
		case *ast.StarExpr:
			e = v.X
		case *ast.ParenExpr:
			e = v.X
		default:
			return nil, false
		}
	}
}

// declared returns the names that a function declares: parameters, results, variables.
func declared(fn *ast.FuncDecl) map[string]bool {
	own := map[string]bool{}
	add := func(e ast.Expr) {
		if name, ok := e.(*ast.Ident); ok {
			own[name.Name] = true
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				add(name)
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, target := range n.Lhs {
					add(target)
				}
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				add(n.Key)
				add(n.Value)
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				add(name)
			}
		}
		return true
	})
	return own
}
