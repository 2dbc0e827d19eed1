package semconvkey

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge/semconv"
)

// attrComment is how the comments begin by which gen trace sets attributes:
//
//	//gen:attr key=expression
//	//gen:attr! key=expression
//	//gen:attr key // beside a parameter
const attrComment = "//gen:attr"

// comments takes up the keys in the comments at the interfaces of the package.
func (c *checker) comments() {
	for _, f := range c.pass.Files {
		marks := marksIn(f)
		if len(marks) == 0 || c.p.IsTest(f.Package) || c.p.IsGenerated(f.Package) {
			continue
		}
		for _, d := range f.Decls {
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.TYPE {
				c.commentsAt(d, marks)
			}
		}
	}
}

// marks are comments that begin as attrComment does, in the order of the source.
type marks []*ast.Comment

func marksIn(f *ast.File) marks {
	var list marks
	for _, g := range f.Comments {
		for _, m := range g.List {
			if strings.HasPrefix(m.Text, attrComment) {
				list = append(list, m)
			}
		}
	}
	return list
}

// of returns the marks in a group of comments, which may be nil.
func (m marks) of(g *ast.CommentGroup) marks {
	if g == nil {
		return nil
	}
	return m.within(g.Pos(), g.End())
}

func (m marks) within(from, to token.Pos) marks {
	search := func(at token.Pos) int {
		i, _ := slices.BinarySearchFunc(m, at, func(c *ast.Comment, at token.Pos) int { return int(c.Pos() - at) })
		return i
	}
	return m[search(from):search(to)]
}

// commentsAt takes up the comments at the interfaces that a declaration has.
func (c *checker) commentsAt(d *ast.GenDecl, all marks) {
	for _, s := range d.Specs {
		spec, ok := s.(*ast.TypeSpec)
		if !ok {
			continue
		}
		obj := c.pass.TypesInfo.Defs[spec.Name]
		if obj == nil || !types.IsInterface(obj.Type()) {
			continue
		}
		shared := slices.Concat(all.of(spec.Doc), all.of(spec.Comment))
		if !d.Lparen.IsValid() {
			shared = slices.Concat(all.of(d.Doc), shared)
		}
		c.interfaceComments(spec, c.commented(shared, false), all)
	}
}

// interfaceComments takes up those of the methods, and says which attributes a call sets
// together: a method's own and those of the interface.
func (c *checker) interfaceComments(spec *ast.TypeSpec, shared []ast.Expr, all marks) {
	every := slices.Clone(shared)
	if syntax, ok := ast.Unparen(spec.Type).(*ast.InterfaceType); ok {
		for _, field := range syntax.Methods.List {
			own := c.commented(slices.Concat(all.of(field.Doc), all.of(field.Comment)), false)
			own = append(own, c.commented(all.within(field.Pos(), field.End()), true)...)
			if len(own) == 0 {
				continue
			}
			every = append(every, own...)
			together := slices.Concat(shared, own)
			for _, e := range own {
				c.together[e] = together
			}
		}
	}
	for _, e := range shared {
		c.together[e] = every
	}
}

// commented takes up what comments set, and returns the attributes.
func (c *checker) commented(list marks, beside bool) []ast.Expr {
	var elems []ast.Expr
	for _, m := range list {
		u, ok := commentUse(m, beside)
		if !ok {
			continue
		}
		if c.together == nil {
			c.together = map[ast.Expr][]ast.Expr{}
		}
		c.uses = append(c.uses, u)
		elems = append(elems, u.elem)
	}
	return elems
}

// commentUse reads a comment; false when gen trace would refuse it. beside says that it stands at
// a parameter and needs no expression.
//
// The place of the key in the comment stands for the expression that it would be in Go.
func commentUse(m *ast.Comment, beside bool) (use, bool) {
	behind := strings.TrimPrefix(strings.TrimPrefix(m.Text, attrComment), "!")
	text := strings.TrimLeft(behind, " \t")
	if text == behind {
		return use{}, false // another word, or none
	}
	start := m.Pos() + token.Pos(len(m.Text)-len(text))
	key, expr, hasExpr := strings.Cut(text, "=")
	key, expr = strings.TrimSpace(key), strings.TrimSpace(expr)
	if !isKeyText(key) || hasExpr && expr == "" || !hasExpr && !beside {
		return use{}, false
	}
	at := &ast.BasicLit{ValuePos: start, Kind: token.STRING, Value: key}
	u := use{keyed: keyed{key: key, at: at, lit: at, comment: true}, elem: at, sure: rule.High}
	u.value, u.kind = literal(expr)
	return u, true
}

// isKeyText reports whether gen trace would take a text for a key.
func isKeyText(s string) bool {
	isLetter := func(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }
	isOther := func(r rune) bool { return !isLetter(r) && (r < '0' || r > '9') && r != '_' && r != '-' && r != '.' }
	return s != "" && isLetter(rune(s[0])) && !strings.ContainsFunc(s, isOther) &&
		!strings.HasSuffix(s, ".") && !strings.Contains(s, "..")
}

// literal returns a value that is written out in a comment, with its type; of everything else
// only gen trace knows what it is.
func literal(expr string) (ast.Expr, semconv.Type) {
	e, err := parser.ParseExpr(expr)
	if err != nil {
		return nil, 0
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.BasicLit:
		switch e.Kind {
		case token.STRING:
			return e, semconv.String
		case token.INT:
			return e, semconv.Int
		case token.FLOAT:
			return e, semconv.Double
		}
	case *ast.Ident:
		if e.Name == "true" || e.Name == "false" {
			return e, semconv.Bool
		}
	}
	return nil, 0
}

// unquoted returns the string that a literal in a comment is.
func unquoted(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil && lit.Kind == token.STRING
}
