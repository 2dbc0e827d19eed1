package client

import (
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/tree"
)

// makeWeb makes the client of an interface whose methods are HTTP requests, and its double.
func makeWeb(t *target, header []string) ([]tree.File, error) {
	methods, err := read(t)
	if err != nil {
		return nil, err
	}
	s := t.newSheet(t.p.Path, t.p.Name, declared(t.p, t.output))
	head, tail := []string{"web/client.go"}, []string{"web/error.go", "web/call.go", "web/telemetry.go", "web/transport.go", "web/path.go"}
	if t.service != "" {
		head, tail = []string{"ownweb/client.go"}, []string{"web/path.go"}
	}
	s.reserve(slices.Concat(head, tail)...)
	if f := s.clash(slices.Concat(head, tail)...); f != nil {
		return nil, f
	}
	s.standard("context", "net/http", "net/url", "strconv", "strings", "time")
	for _, m := range methods {
		s.imports.AddTypes(t.p.Path, m.Signature)
	}
	s.imports.AddTypes(t.p.Path, t.in.Type)

	s.add(head...)
	s.constants(t.service == "")
	s.guard()
	for _, m := range methods {
		s.method(m)
	}
	if err := s.addMade(); err != nil {
		return nil, err
	}
	s.add(tail...)
	content, err := s.render(header, "")
	if err != nil {
		return nil, err
	}
	files := []tree.File{{Path: t.output, Mode: 0o644, Owner: tree.Generated, Content: content}}
	if t.double == "" {
		return files, nil
	}
	double, err := webDouble(t, methods, header)
	return append(files, double), err
}

// declared returns the names that a package declares outside the output, in its scope.
func declared(p *source.Package, output string) []string {
	var list []string
	eachDeclared(p, output, func(name *ast.Ident) { list = append(list, name.Name) })
	return list
}

func eachDeclared(p *source.Package, output string, visit func(*ast.Ident)) {
	for _, file := range p.Files {
		if filepath.Base(p.Fset.Position(file.Package).Filename) == output {
			continue
		}
		for _, decl := range file.Decls {
			for _, name := range source.Names(decl) {
				visit(name)
			}
		}
	}
}

// clash refuses a package that declares what the output does, and marks the names as in use.
func (s *sheet) clash(files ...string) *fault.Fault {
	own := map[string]bool{s.lower + "Server": true, s.lower + "Timeout": true}
	for _, name := range files {
		b := s.parse(name)
		for _, decl := range b.file.Decls {
			for _, name := range source.Names(decl) {
				own[name.Name] = true
			}
		}
	}
	delete(own, "_")
	var found *fault.Fault
	eachDeclared(s.p, s.output, func(name *ast.Ident) {
		if own[name.Name] && found == nil {
			found = at(s.p.Fset.Position(name.Pos()), name.Name+" is declared here, and in the client of "+s.in.Name, "give it another name, or put the directive into another package")
		}
	})
	for name := range own {
		s.scope.Take(name)
	}
	return found
}

// standard makes packages of the standard library known.
func (s *sheet) standard(paths ...string) {
	for _, p := range paths {
		s.imports.Add(p, guess(p))
	}
}

// constants says who answers, and how long that may take.
func (s *sheet) constants(hasTimeout bool) {
	if !hasTimeout {
		s.made.Const().Id(s.lower + "Server").Op("=").Lit(s.o.ID)
		return
	}
	s.made.Const().Defs(
		jen.Id(s.lower+"Server").Op("=").Lit(s.o.ID),
		jen.Id(s.lower+"Timeout").Op("=").Add(durationCode(s.timeout())).Comment("of a call, all attempts together"),
	)
}

func (s *sheet) timeout() time.Duration {
	if s.o.Timeout > 0 {
		return s.o.Timeout
	}
	return defaultTimeout
}

// guard is the declaration that compiles only while the client fits the interface.
func (s *sheet) guard() {
	s.made.Var().Id("_").Add(source.Code(s.in.Type)).Op("=").Parens(jen.Op("*").Id(s.exported() + "Client")).Parens(jen.Nil())
}

// durationCode writes a duration as one would.
func durationCode(d time.Duration) *jen.Statement {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"}, {time.Millisecond, "Millisecond"}, {time.Microsecond, "Microsecond"}, {time.Nanosecond, "Nanosecond"}} {
		if d%unit.size == 0 {
			if d == unit.size {
				return jen.Qual("time", unit.name)
			}
			return jen.Op(strconv.FormatInt(int64(d/unit.size), 10)).Op("*").Qual("time", unit.name)
		}
	}
	return jen.Lit(0)
}

// call is the method of a client that is being written.
type call struct {
	*sheet
	method
	scope    *names.Scope
	locals   map[string]string
	receiver string
	params   []string
	body     []jen.Code
	hasErr   bool // err is declared
}

// method writes the method of a client.
func (s *sheet) method(m method) {
	c := &call{sheet: s, method: m, scope: s.scope.Child(), locals: map[string]string{}}
	c.receiver = c.scope.New("c")
	for i, p := range m.Params {
		c.params = append(c.params, c.scope.New(c.nameOf(i, p)))
	}
	for _, local := range []string{"err", "path", "query", "answer", "value", "cancel"} {
		c.locals[local] = c.scope.New(local)
	}
	s.made.Comment(m.Name + " implements " + s.in.Name + " by " + m.pattern.text + ".")
	s.made.Func().Params(jen.Id(c.receiver).Op("*").Id(s.exported() + "Client")).Id(m.Name).
		Params(c.paramList()...).Add(c.results()).Block(c.statements()...)
}

// id is a local name.
func (c *call) id(name string) *jen.Statement { return jen.Id(c.locals[name]) }

func (c *call) nameOf(i int, p source.Param) string {
	switch {
	case isNamed(p):
		return p.Name
	case i == 0:
		return "ctx"
	}
	return "body"
}

func (c *call) paramList() []jen.Code {
	var list []jen.Code
	for i, p := range c.Params {
		if c.Variadic && i == len(c.Params)-1 {
			list = append(list, jen.Id(c.params[i]).Op("...").Add(source.Code(p.Type.(*types.Slice).Elem())))
			continue
		}
		if next := i + 1; next < len(c.Params) && types.Identical(p.Type, c.Params[next].Type) && !(c.Variadic && next == len(c.Params)-1) {
			list = append(list, jen.Id(c.params[i])) // the next one says its type
			continue
		}
		list = append(list, jen.Id(c.params[i]).Add(source.Code(p.Type)))
	}
	return list
}

func (c *call) results() jen.Code {
	if c.result == nil {
		return jen.Error()
	}
	return jen.Params(source.Code(c.result), jen.Error())
}

// fail returns the error.
func (c *call) fail(err jen.Code) jen.Code {
	if c.result == nil {
		return jen.Return(err)
	}
	return jen.Return(zero(c.result), err)
}

// zero writes the zero value of a type.
func zero(t types.Type) jen.Code {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return jen.Lit("")
		case u.Info()&types.IsBoolean != 0:
			return jen.False()
		case u.Info()&types.IsNumeric != 0:
			return jen.Lit(0)
		}
	case *types.Struct, *types.Array:
		return source.Code(t).Values()
	}
	return jen.Nil()
}

// assign sets a new name, and err, and returns where that fails.
func (c *call) assign(name string, value jen.Code) {
	c.hasErr = true
	c.body = append(c.body,
		jen.List(jen.Id(name), c.id("err")).Op(":=").Add(value),
		jen.If(c.id("err").Op("!=").Nil()).Block(c.fail(c.id("err"))),
	)
}

func (c *call) statements() []jen.Code {
	where := c.where()
	if c.service != "" {
		return c.throughService(where)
	}
	fields := []jen.Code{
		jen.Id("pattern").Op(":").Lit(strings.TrimSuffix(c.pattern.text, "{$}")),
		jen.Id("path").Op(":").Add(where),
	}
	if c.method.body >= 0 {
		fields = append(fields, jen.Id("in").Op(":").Add(c.sent()))
	}
	if c.result != nil {
		fields = append(fields, jen.Id("out").Op(":").Op("&").Id(c.locals["answer"]))
	}
	if c.method.timeout != c.o.Timeout && c.method.timeout != 0 {
		fields = append(fields, jen.Id("timeout").Op(":").Add(durationCode(c.method.timeout)))
	}
	if c.idempotent {
		fields = append(fields, jen.Id("idempotent").Op(":").True())
	}
	return c.finish(jen.Id(c.receiver).Dot("do").Call(jen.Id(c.params[0]), jen.Id(c.lower+"Call").Values(fields...)))
}

// sent is the body as an argument; nil would be none, and not the null that a nil interface is.
func (c *call) sent() *jen.Statement {
	if types.IsInterface(c.Params[c.method.body].Type) {
		return jen.Op("&").Id(c.params[c.method.body])
	}
	return jen.Id(c.params[c.method.body])
}

// throughService makes the call by the service's package httpclient.
func (c *call) throughService(where jen.Code) []jen.Code {
	if d := c.method.timeout; d != 0 && d != serviceTimeout {
		c.body = append(c.body,
			jen.List(jen.Id(c.params[0]), c.id("cancel")).Op(":=").Qual("context", "WithTimeout").Call(jen.Id(c.params[0]), durationCode(d)),
			jen.Defer().Id(c.locals["cancel"]).Call(),
		)
	}
	in, out := jen.Nil(), jen.Nil()
	if c.method.body >= 0 {
		in = c.sent()
	}
	if c.result != nil {
		out = jen.Op("&").Id(c.locals["answer"])
	}
	return c.finish(jen.Id(c.receiver).Dot("client").Dot("Do").Call(jen.Id(c.params[0]), c.verb(), where, in, out))
}

// finish makes the call and returns what it gives.
func (c *call) finish(made jen.Code) []jen.Code {
	if c.result == nil {
		return append(c.body, jen.Return(made))
	}
	assign := ":="
	if c.hasErr {
		assign = "="
	}
	return append(c.body,
		jen.Var().Id(c.locals["answer"]).Add(source.Code(c.result)),
		c.id("err").Op(assign).Add(made),
		jen.Return(c.id("answer"), c.id("err")),
	)
}

func (c *call) verb() jen.Code {
	return jen.Qual("net/http", "Method"+c.pattern.method[:1]+strings.ToLower(c.pattern.method[1:]))
}

// where writes what leads to the path and query of a request, and returns it.
func (c *call) where() jen.Code {
	path := jen.Lit(c.pattern.path())
	if len(c.pattern.wildcards()) > 0 {
		c.assign(c.locals["path"], jen.Id(c.lower+"Path").Call(c.segments()...))
		path = c.id("path")
		if c.pattern.slash {
			path = c.id("path").Op("+").Lit("/")
		}
	}
	if len(c.query) == 0 {
		return path
	}
	c.body = append(c.body, c.id("query").Op(":=").Qual("net/url", "Values").Values())
	for _, q := range c.query {
		c.queryValue(q)
	}
	encoded := jen.Lit("?").Op("+").Id(c.locals["query"]).Dot("Encode").Call()
	if slices.ContainsFunc(c.query, func(q queryValue) bool { return q.form == single }) {
		if len(c.pattern.wildcards()) == 0 {
			return jen.Lit(c.pattern.path() + "?").Op("+").Id(c.locals["query"]).Dot("Encode").Call()
		}
		return path.Clone().Op("+").Add(encoded)
	}
	switch {
	case len(c.pattern.wildcards()) == 0:
		c.body = append(c.body, c.id("path").Op(":=").Add(path))
	case c.pattern.slash:
		c.body = append(c.body, c.id("path").Op("+=").Lit("/"))
	}
	c.body = append(c.body, jen.If(jen.Len(c.id("query")).Op(">").Lit(0)).Block(c.id("path").Op("+=").Add(encoded)))
	return c.id("path")
}

// segments are the arguments from which a path is joined.
func (c *call) segments() []jen.Code {
	var list []jen.Code
	for _, s := range c.pattern.segments {
		switch {
		case s.name == "":
			list = append(list, jen.Lit(s.literal))
		case s.rest:
			i := c.method.path[s.name]
			rest := jen.Qual("strings", "Split").Call(c.textOf(jen.Id(c.params[i]), c.scalars[i]), jen.Lit("/"))
			if len(list) == 0 {
				return []jen.Code{rest.Op("...")}
			}
			return []jen.Code{jen.Append(jen.Index().String().Values(list...), rest.Op("...")).Op("...")}
		default:
			i := c.method.path[s.name]
			list = append(list, c.textOf(jen.Id(c.params[i]), c.scalars[i]))
		}
	}
	return list
}

// queryValue sets a value of the query.
func (c *call) queryValue(q queryValue) {
	param, s := jen.Id(c.params[q.param]), c.scalars[q.param]
	outer := c.body
	switch q.form {
	case single:
		text := c.textOf(param, s)
		c.body = append(c.body, c.id("query").Dot("Set").Call(jen.Lit(q.name), text))
	case optional:
		c.body = nil
		value := jen.Op("*").Add(param)
		if s.kind == marshaler || s.kind == moment || s.kind == duration {
			value = param.Clone() // its methods are those of the value
		}
		text := c.inBlock(value, s)
		block := append(c.body, c.id("query").Dot("Set").Call(jen.Lit(q.name), text))
		c.body = append(outer, jen.If(param.Clone().Op("!=").Nil()).Block(block...))
	case several:
		c.body = nil
		text := c.inBlock(c.id("value"), s)
		block := append(c.body, c.id("query").Dot("Add").Call(jen.Lit(q.name), text))
		c.body = append(outer, jen.For(jen.List(jen.Id("_"), c.id("value")).Op(":=").Range().Add(param)).Block(block...))
	}
}

// inBlock is textOf where what it declares is gone at the end.
func (c *call) inBlock(value *jen.Statement, s scalar) jen.Code {
	had := c.hasErr
	text := c.textOf(value, s)
	c.hasErr = had
	return text
}

// textOf writes the expression of a value as text, and before it what may fail.
func (c *call) textOf(value *jen.Statement, s scalar) jen.Code {
	basic, _ := s.t.Underlying().(*types.Basic)
	as := func(name string) *jen.Statement {
		if types.Identical(s.t, types.Universe.Lookup(name).Type()) {
			return value
		}
		return jen.Id(name).Call(value)
	}
	switch s.kind {
	case moment:
		return value.Dot("Format").Call(jen.Qual("time", "RFC3339Nano"))
	case duration:
		return value.Dot("String").Call()
	case marshaler:
		name := c.scope.New("text")
		c.assign(name, value.Dot("MarshalText").Call())
		return jen.String().Call(jen.Id(name))
	case text:
		return as("string")
	case truth:
		return jen.Qual("strconv", "FormatBool").Call(as("bool"))
	case integer:
		if types.Identical(s.t, types.Typ[types.Int]) {
			return jen.Qual("strconv", "Itoa").Call(value)
		}
		return jen.Qual("strconv", "FormatInt").Call(as("int64"), jen.Lit(10))
	case natural:
		return jen.Qual("strconv", "FormatUint").Call(as("uint64"), jen.Lit(10))
	default:
		bits := 64
		if basic.Kind() == types.Float32 {
			bits = 32
		}
		return jen.Qual("strconv", "FormatFloat").Call(as("float64"), jen.LitRune('g'), jen.Lit(-1), jen.Lit(bits))
	}
}
