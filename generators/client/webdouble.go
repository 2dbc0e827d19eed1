package client

import (
	"go/types"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/blueprints/client"
	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/tree"
)

// doubleSheet is the file of a test double, in a package of its own.
func (t *target) doubleSheet(serve string, shared ...string) *sheet {
	importPath := t.p.Path + "/" + t.double
	s := t.newSheet(importPath, t.double, nil)
	all := append([]string{serve}, shared...)
	s.reserve(all...)
	s.imports.Add(t.in.Package.Path(), t.in.Package.Name())
	for _, name := range all {
		for _, object := range s.parse(name).file.Decls {
			for _, declared := range source.Names(object) {
				s.scope.Take(declared.Name)
			}
		}
	}
	return s
}

// path of the double's file, from the folder of the directive.
func (t *target) doublePath() string { return t.double + "/" + t.double + ".go" }

// doc is the comment of the double's package.
func (t *target) doubleDoc(name string) string {
	return "// Package " + t.double + " is the test double of a service: it serves an implementation of\n// " + name + " in the protocol of its client.\n"
}

// webDouble makes the package that serves an implementation of an interface.
func webDouble(t *target, methods []method, header []string) (tree.File, error) {
	if f := hidden(t, methods); f != nil {
		return tree.File{}, f
	}
	serve, shared := "webtest/serve.go", []string{"webtest/answer.go", "webtest/report.go", "webtest/parse.go"}
	if t.service == "" {
		shared = append(shared, "authority/authority.go")
	} else {
		serve = "ownwebtest/serve.go"
	}
	s := t.doubleSheet(serve, shared...)
	for _, from := range []string{"/web.", "/ownweb."} {
		s.selections[client.Path+from+t.in.Name] = identifier{t.in.Package.Path(), t.in.Name}
	}
	if t.service != "" {
		s.selections[client.Path+"/web."+t.exported()+"Error"] = identifier{t.service + "httpclient", "StatusError"}
		s.imports.Add(t.service+"httpclient", "httpclient")
	}
	s.standard("net/http", "time")
	for _, m := range methods {
		s.imports.AddTypes(s.path, m.Signature)
	}
	s.add(serve)
	s.made.Const().Id(t.lower + "Server").Op("=").Lit(t.o.ID)
	s.routes(methods)
	if err := s.addMade(); err != nil {
		return tree.File{}, err
	}
	s.add(shared...)
	content, err := s.render(header[:1], t.doubleDoc(t.in.Name)) // the hash is of another package
	return tree.File{Path: t.doublePath(), Mode: 0o644, Owner: tree.Generated, Content: content}, err
}

// hidden refuses types that the package of the double cannot name.
func hidden(t *target, methods []method) *fault.Fault {
	for _, m := range methods {
		for _, p := range slices.Concat(m.Params, m.Results) {
			name := unexported(p.Type, map[types.Type]bool{})
			if name == "" {
				continue
			}
			pos := m.Pos
			if p.Pos.IsValid() {
				pos = p.Pos
			}
			return at(pos, "the test double is another package, and cannot name the type "+name+" of "+m.Name, "export the type, or add -no-double")
		}
	}
	return nil
}

// unexported returns a name in a type that only its own package can write.
func unexported(t types.Type, seen map[types.Type]bool) string {
	if seen[t] {
		return ""
	}
	seen[t] = true
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if t.Obj().Pkg() != nil && !t.Obj().Exported() {
			return t.Obj().Name()
		}
		for arg := range t.TypeArgs().Types() {
			if name := unexported(arg, seen); name != "" {
				return name
			}
		}
	case *types.Pointer:
		return unexported(t.Elem(), seen)
	case *types.Slice:
		return unexported(t.Elem(), seen)
	case *types.Array:
		return unexported(t.Elem(), seen)
	case *types.Map:
		if name := unexported(t.Key(), seen); name != "" {
			return name
		}
		return unexported(t.Elem(), seen)
	}
	return ""
}

// routes writes the function that serves all methods.
func (s *sheet) routes(methods []method) {
	block := []jen.Code{jen.Id("mux").Op(":=").Qual("net/http", "NewServeMux").Call()}
	for _, m := range methods {
		block = append(block, s.route(m))
	}
	block = append(block, jen.Return(jen.Id("mux")))
	s.made.Comment("routes serves what " + names.WithArticle(s.exported()+"Client") + " asks for.")
	s.made.Func().Id("routes").Params(jen.Id("test").Op("*").Id("reporter"), jen.Id("service").Add(source.Code(s.in.Type))).Qual("net/http", "Handler").Block(block...)
}

// route registers one method.
func (s *sheet) route(m method) jen.Code {
	scope := s.scope.Child()
	for _, name := range []string{"mux", "test", "service", "r", "err"} {
		scope.Take(name)
	}
	fail := jen.Return(jen.Id("err"))
	wrap, results := "doing", jen.Error()
	if m.result != nil {
		fail = jen.Return(jen.Nil(), jen.Id("err"))
		wrap, results = "answering", jen.Params(jen.Any(), jen.Error())
	}
	var block []jen.Code
	args := []jen.Code{jen.Id("r").Dot("Context").Call()}
	for i := 1; i < len(m.Params); i++ {
		name := scope.New(local(m.Params[i].Name))
		block = append(block,
			jen.List(jen.Id(name), jen.Id("err")).Op(":=").Add(m.argument(i)),
			jen.If(jen.Id("err").Op("!=").Nil()).Block(fail),
		)
		arg := jen.Id(name)
		if m.Variadic && i == len(m.Params)-1 {
			arg = arg.Op("...")
		}
		args = append(args, arg)
	}
	block = append(block, jen.Return(jen.Id("service").Dot(m.Name).Call(args...)))
	return jen.Id("mux").Dot("Handle").Call(jen.Lit(m.pattern.text),
		jen.Id(wrap).Call(jen.Id("test"), jen.Func().Params(jen.Id("r").Op("*").Qual("net/http", "Request")).Add(results).Block(block...)))
}

// local is the name of a parameter in a route.
func local(name string) string {
	if name == "" || name == "_" {
		return "content"
	}
	return name
}

// argument reads a parameter from a request.
func (m method) argument(i int) jen.Code {
	if i == m.body {
		return jen.Id("body").Types(source.Code(m.Params[i].Type)).Call(jen.Id("r"))
	}
	for _, q := range m.query {
		if q.param == i {
			read := map[form]string{single: "one", optional: "optional", several: "list"}[q.form]
			return jen.Id(read).Call(jen.Id("r"), jen.Lit(q.name), parseBy(m.scalars[i]))
		}
	}
	return jen.Id("segment").Call(jen.Id("r"), jen.Lit(m.Params[i].Name), parseBy(m.scalars[i]))
}

// parseBy names the function that reads a type.
func parseBy(s scalar) jen.Code {
	switch s.kind {
	case moment:
		return jen.Id("moment")
	case duration:
		return jen.Qual("time", "ParseDuration")
	}
	name := map[kind]string{text: "text", truth: "truth", integer: "integer", natural: "natural", float: "real", marshaler: "unmarshal"}[s.kind]
	return jen.Id(name).Types(source.Code(s.t))
}
