package spanmissing

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// usage is the fact about a package that may start spans: it imports a tracer or an
// instrumentation, or a package that has the fact. (What export data says of imports is what
// the exported API needs of them.)
type usage struct {
	Uses    bool           // it uses OpenTelemetry, itself or by another package of its project
	Own     knowledge.Side // sides for which there is a function of the project that instruments
	Default bool           // the project sets http.DefaultTransport or http.DefaultClient
	ByHand  bool           // the project writes the headers of traces itself
	Has     knowledge.Side // otelhttp and otelgrpc, one side of each, are among what it imports
}

func (*usage) AFact() {}

func (u *usage) String() string {
	return fmt.Sprintf("traces(uses OpenTelemetry %v, own %06b, default %v, has %06b)", u.Uses, u.Own, u.Default, u.Has)
}

// brings is the fact about a function that has to do with handlers, transports or options: the
// sides that it is known to instrument or not to, and those of which that is not known, or
// known by those who set the fields of what it is a method of.
type brings struct {
	Spans, Unknown, Fields, Plain knowledge.Side
}

func (*brings) AFact() {}

func (b *brings) String() string {
	return fmt.Sprintf("brings(spans %06b, unknown %06b, fields %06b, plain %06b)", b.Spans, b.Unknown, b.Fields, b.Plain)
}

func (b *brings) of(side knowledge.Side) verdict {
	switch {
	case b.Spans&side != 0:
		return instrumented
	case b.Fields&side != 0:
		return settable
	case b.Plain&side != 0:
		return plain
	}
	return unknown
}

// starts is the fact about a function that starts a span for whoever calls it: it hands back
// the span, its context or what ends it, or runs what it is given inside of it.
type starts struct{}

func (*starts) AFact() {}

func (*starts) String() string { return "starts a span" }

// sides are the sides of which values are evaluated.
func sides() [4]knowledge.Side {
	return [...]knowledge.Side{knowledge.ServerHTTP, knowledge.ClientHTTP, knowledge.ServerGRPC, knowledge.ClientGRPC}
}

// export exports the facts about the functions of the package, and returns the sides that the
// package instruments by functions of its own.
func (e *evaluator) export() (own knowledge.Side) {
	for _, fn := range e.index.funcs {
		decl := e.index.decls[fn]
		if decl.Body == nil {
			continue
		}
		var b brings
		for _, side := range sides() {
			if !e.concerns(fn.Signature(), side) {
				continue
			}
			switch e.function(fn, side) {
			case instrumented:
				b.Spans |= side
				if e.hands(fn.Signature(), side) {
					own |= side
				}
			case unknown:
				b.Unknown |= side
			case settable:
				b.Fields |= side
			default:
				b.Plain |= side
			}
		}
		if b != (brings{}) {
			e.pass.ExportObjectFact(fn, &b)
		}
		if e.isStarter(decl) {
			e.pass.ExportObjectFact(fn, &starts{})
		}
	}
	e.exportInterfaces()
	return own
}

// exportInterfaces exports what the methods of the package's interfaces bring in, as far as
// types of the package implement them.
func (e *evaluator) exportInterfaces() {
	scope := e.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		t, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || t.IsAlias() {
			continue
		}
		i, ok := t.Type().Underlying().(*types.Interface)
		if !ok {
			continue
		}
		for m := range i.ExplicitMethods() {
			var b brings
			for _, side := range sides() {
				if e.hands(m.Signature(), side) && e.function(m, side) == plain {
					b.Plain |= side
				}
			}
			if b != (brings{}) {
				e.pass.ExportObjectFact(m, &b)
			}
		}
	}
}

// isStarter reports whether a function starts a span for whoever calls it.
func (e *evaluator) isStarter(d *ast.FuncDecl) bool {
	fn, ok := e.pass.TypesInfo.Defs[d.Name].(*types.Func)
	if !ok || !isHelper(fn.Signature(), e) {
		return false
	}
	return e.hasSpan(d.Body, false)
}

// isHelper reports whether a function of that type can do so.
func isHelper(sig *types.Signature, e *evaluator) bool {
	for v := range sig.Results().Variables() {
		if code.IsContext(v.Type()) || isFuncType(v.Type()) || e.isSpan(v.Type()) {
			return true
		}
	}
	for v := range sig.Params().Variables() {
		if isFuncType(v.Type()) {
			return true
		}
	}
	return false
}

// hasSpan reports whether a body starts a span, by itself or by a function that does it for
// its callers; with taken, one that comes out of the context counts too.
func (e *evaluator) hasSpan(body ast.Node, taken bool) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found {
			return !found
		}
		fn := code.Callee(e.pass.TypesInfo, call)
		found = e.returnsSpan(call) && (taken || !isTakeUp(fn)) || fn != nil && e.startsFor(fn)
		return !found
	})
	return found
}

// startsFor reports whether fn starts a span for its caller.
func (e *evaluator) startsFor(fn *types.Func) bool {
	if fn.Pkg() == nil || !e.traces(fn.Pkg()) || !isHelper(fn.Signature(), e) {
		return false
	}
	q := question{fn, 0}
	if v, ok := e.memo[q]; ok {
		return v == instrumented
	}
	e.memo[q] = plain
	found := false
	if d := e.index.decls[fn]; d != nil && d.Body != nil {
		found = e.hasSpan(d.Body, false)
	} else {
		found = e.pass.ImportObjectFact(fn, &starts{})
	}
	if found {
		e.memo[q] = instrumented
	}
	return found
}

// useOf returns what the imports of the package say of its use of tracers, or nil when it has
// nothing to do with any.
func useOf(pass *analysis.Pass, root string) *usage {
	var u usage
	traces := false
	for _, i := range pass.Pkg.Imports() {
		var fact usage
		if pass.ImportPackageFact(i, &fact) {
			traces = true
			u.Has |= fact.Has
			if sameProject(i.Path(), root) {
				u.Uses = u.Uses || fact.Uses
				u.Own |= fact.Own
				u.Default = u.Default || fact.Default
				u.ByHand = u.ByHand || fact.ByHand
			}
		}
		if knowledge.IsTracing(i.Path()) {
			traces = true
		}
		switch i.Path() {
		case knowledge.OTel:
			u.Uses = u.Uses || usesRoot(pass)
		case knowledge.OTelHTTP:
			u.Has |= knowledge.ServerHTTP
		case knowledge.OTelGRPC:
			u.Has |= knowledge.ServerGRPC
		}
		u.Uses = u.Uses || knowledge.UsesOTel(i.Path())
	}
	if !traces && !u.Uses {
		return nil
	}
	u.ByHand = u.ByHand || u.Uses && namesHeaders(pass)
	return &u
}

// namesHeaders reports whether a package has the name of a header by which traces travel.
func namesHeaders(pass *analysis.Pass) bool {
	found := false
	for _, f := range pass.Files {
		if strings.HasSuffix(pass.Fset.File(f.FileStart).Name(), "_test.go") {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && !found {
				found = strings.EqualFold(l.Value, `"traceparent"`) || l.Value == `"grpc-trace-bin"`
			}
			return !found
		})
	}
	return found
}

// usesRoot reports whether the package takes tracers from the root package of OpenTelemetry,
// which is for metrics too.
func usesRoot(pass *analysis.Pass) bool {
	for _, obj := range pass.TypesInfo.Uses {
		fn, ok := obj.(*types.Func)
		if !ok || fn.Pkg() == nil || fn.Pkg().Path() != knowledge.OTel {
			continue
		}
		switch fn.Name() {
		case "Tracer", "GetTracerProvider", "SetTracerProvider":
			return true
		}
	}
	return false
}

// setsDefault reports whether the package sets http.DefaultTransport, http.DefaultClient or
// the transport of the latter.
func (x *index) setsDefault() bool {
	for v, u := range x.read().uses {
		if v.Pkg() != nil && v.Pkg().Path() == "net/http" && (v.Name() == "DefaultTransport" || v.Name() == "DefaultClient") && len(u.values) > 0 {
			return true
		}
	}
	return false
}

// projectOf returns the beginning that the import paths of a project's modules have in common:
// the host and the repository, as far as a path tells them.
func projectOf(pass *analysis.Pass) string {
	path := strings.TrimSuffix(pass.Pkg.Path(), "_test")
	module := pass.Module != nil && pass.Module.Path != ""
	if module {
		path = pass.Module.Path
	}
	elements := strings.Split(path, "/")
	n := 1
	if strings.Contains(elements[0], ".") {
		n = 2
		switch elements[0] {
		case "github.com", "gitlab.com", "bitbucket.org", "codeberg.org":
			n = 3
		}
	} else if module {
		n = len(elements) // a name of no host: the module is the project
	}
	return strings.Join(elements[:min(n, len(elements))], "/")
}

// sameProject reports whether a package is of the project.
func sameProject(path, root string) bool {
	rest, ok := strings.CutPrefix(path, root)
	return ok && (rest == "" || rest[0] == '/')
}
