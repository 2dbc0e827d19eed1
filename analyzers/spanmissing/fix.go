package spanmissing

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// canFix reports whether a fix may bring in an instrumentation of OpenTelemetry: its module is
// required by the user's already, and nothing of the project's own stands in for it.
func (c *checker) canFix(has, side knowledge.Side) bool {
	return c.use.Has&has != 0 && c.use.Own&side == 0
}

// wrapHandler wraps a handler with otelhttp.NewHandler.
func (c *checker) wrapHandler(handler ast.Expr) []analysis.SuggestedFix {
	if handler == nil || !c.canFix(knowledge.ServerHTTP, knowledge.ServerHTTP) {
		return nil
	}
	otelhttp, edits, ok := code.AddImport(c.pass, handler.Pos(), knowledge.OTelHTTP, "otelhttp")
	if !ok {
		return nil
	}
	if isNil(handler) {
		http, more, ok := code.AddImport(c.pass, handler.Pos(), "net/http", "http")
		if !ok || len(more) > 0 {
			return nil
		}
		edits = append(edits, analysis.TextEdit{Pos: handler.Pos(), End: handler.End(), NewText: []byte(otelhttp + ".NewHandler(" + http + `.DefaultServeMux, "http.server")`)})
	} else {
		edits = append(edits, code.Insert(handler.Pos(), otelhttp+".NewHandler("), code.Insert(handler.End(), `, "http.server")`))
	}
	return []analysis.SuggestedFix{{Message: "wrap the handler with otelhttp.NewHandler", TextEdits: edits}}
}

// wrapTransport wraps the transport of a client, or the default one, with otelhttp.NewTransport.
func (c *checker) wrapTransport(client *ast.CompositeLit, transport ast.Expr) []analysis.SuggestedFix {
	if !c.canFix(knowledge.ServerHTTP, knowledge.ClientHTTP) {
		return nil
	}
	otelhttp, edits, ok := code.AddImport(c.pass, client.Pos(), knowledge.OTelHTTP, "otelhttp")
	if !ok {
		return nil
	}
	switch {
	case isNil(transport):
		return nil
	case transport != nil:
		edits = append(edits, code.Insert(transport.Pos(), otelhttp+".NewTransport("), code.Insert(transport.End(), ")"))
	default:
		http, more, ok := code.AddImport(c.pass, client.Pos(), "net/http", "http")
		if !ok || len(more) > 0 {
			return nil
		}
		first := token.NoPos
		if len(client.Elts) > 0 {
			first = client.Elts[0].Pos()
		}
		edits = append(edits, c.prepend(client.Lbrace, first, "Transport: "+otelhttp+".NewTransport("+http+".DefaultTransport)"))
	}
	return []analysis.SuggestedFix{{Message: "wrap the transport with otelhttp.NewTransport", TextEdits: edits}}
}

// addOption adds an option with a stats handler to a call, before the argument of that number.
func (c *checker) addOption(call *ast.CallExpr, before int, option, handler string, side knowledge.Side) []analysis.SuggestedFix {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || !c.canFix(knowledge.ServerGRPC, side) || call.Ellipsis.IsValid() && before == len(call.Args)-1 {
		return nil // one more cannot stand before "options..."
	}
	grpc, ok := sel.X.(*ast.Ident)
	if !ok || call.Ellipsis.IsValid() {
		return nil
	}
	otelgrpc, edits, ok := code.AddImport(c.pass, call.Pos(), knowledge.OTelGRPC, "otelgrpc")
	if !ok {
		return nil
	}
	text := grpc.Name + "." + option + "(" + otelgrpc + "." + handler + "())"
	switch {
	case before < len(call.Args) && before > 0:
		edits = append(edits, c.prepend(call.Args[before-1].End(), call.Args[before].Pos(), text))
	case before < len(call.Args):
		edits = append(edits, c.prepend(call.Lparen, call.Args[before].Pos(), text))
	case before > 0:
		edits = append(edits, code.Insert(call.Args[before-1].End(), ", "+text))
	default:
		edits = append(edits, code.Insert(call.Lparen+1, text))
	}
	return []analysis.SuggestedFix{{Message: "add " + grpc.Name + "." + option + " with otelgrpc", TextEdits: edits}}
}

// prepend inserts an element before the first one of a list that follows what ends at open, on
// a line of its own where that one has one.
func (c *checker) prepend(open, first token.Pos, text string) analysis.TextEdit {
	switch {
	case !first.IsValid():
		return code.Insert(open+1, text)
	case code.Line(c.pass, open) == code.Line(c.pass, first):
		return code.Insert(first, text+", ")
	}
	indent := strings.Repeat("\t", c.pass.Fset.Position(first).Column-1)
	return code.Insert(first, text+",\n"+indent)
}
