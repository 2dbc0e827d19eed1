// Package spans defines an Analyzer that follows the spans of a package for other analyzers.
package spans

import (
	"go/ast"
	"go/types"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/analysis/passes/inspect"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/internal/flow"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// Analyzer has no findings. Its result is a *flow.Package of spans, nil when the package does
// not reach OpenTelemetry.
var Analyzer = &analysis.Analyzer{
	Name:       "spans",
	Doc:        "spans: follow spans through functions, for other analyzers",
	Requires:   []*analysis.Analyzer{policy.Analyzer, inspect.Analyzer, ctrlflow.Analyzer},
	FactTypes:  []analysis.Fact{new(spanFact)},
	ResultType: reflect.TypeFor[*flow.Package](),
	Run:        run,
}

// spanFact says of a function which results are open spans, and what it does with spans that
// it is given.
type spanFact struct{ flow.Summary }

func (*spanFact) AFact() {}

func (f *spanFact) String() string { return f.Summary.String() }

// Of returns the result for a pass, or nil. The analyzer has to require Analyzer.
func Of(pass *analysis.Pass) *flow.Package {
	return pass.ResultOf[Analyzer].(*flow.Package)
}

func run(pass *analysis.Pass) (any, error) {
	var none *flow.Package
	if !policy.Of(pass).Reaches(knowledge.OTelTrace) {
		return none, nil
	}
	span := code.SpanInterface(pass.Pkg)
	if span == nil {
		return none, nil
	}
	p := flow.New(pass, Kind(pass, span))
	p.Summaries(func(fn *types.Func, s flow.Summary) {
		pass.ExportObjectFact(fn, &spanFact{s})
	})
	return p, nil
}

// Kind returns what flow has to know of spans. The interface is that of OpenTelemetry's.
func Kind(pass *analysis.Pass, span *types.Interface) flow.Kind {
	takes := func(t types.Type) bool { return isEnder(t, span) }
	return flow.Kind{
		Is:          func(t types.Type) bool { return code.IsSpan(t, span) },
		Takes:       takes,
		Starts:      func(call *ast.CallExpr, fn *types.Func) []flow.Result { return starts(pass.TypesInfo, span, call, fn) },
		Method:      func(fn *types.Func) flow.Role { return method(fn, span) },
		FromContext: func(fn *types.Func) bool { return code.IsFunc(fn, knowledge.OTelTrace, "SpanFromContext") },
		Import: func(fn *types.Func) (flow.Summary, bool) {
			var f spanFact
			ok := pass.ImportObjectFact(fn, &f)
			return f.Summary, ok
		},
	}
}

// isEnder reports whether t is an interface with a part of what a span has, End among it.
func isEnder(t types.Type, span *types.Interface) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	i, ok := t.Underlying().(*types.Interface)
	if !ok || !types.Implements(span, i) {
		return false
	}
	for m := range i.Methods() {
		if m.Name() == "End" {
			return true
		}
	}
	return false
}

// method says what a method of a span does with it.
func method(fn *types.Func, span *types.Interface) flow.Role {
	recv := fn.Signature().Recv()
	if recv == nil || !code.IsSpan(recv.Type(), span) && !isEnder(recv.Type(), span) {
		return 0
	}
	switch fn.Name() {
	case "End":
		return flow.Known | flow.Ends
	case "AddEvent", "AddLink", "RecordError", "SetAttributes", "SetName", "SetStatus":
		return flow.Known | flow.Writes
	case "IsRecording", "SpanContext", "TracerProvider":
		return flow.Known
	}
	return 0
}

// starts returns the results of a call of somebody else's function that are new spans. Methods
// that are Tracer.Start by their signature make one. Of an interface or a function value only
// the type is known: it makes one when it returns the span together with a context, or is
// called Start.
func starts(info *types.Info, span *types.Interface, call *ast.CallExpr, fn *types.Func) []flow.Result {
	sig, _ := types.Unalias(info.TypeOf(call.Fun)).(*types.Signature)
	if sig == nil {
		if t := info.TypeOf(call.Fun); t != nil {
			sig, _ = t.Underlying().(*types.Signature)
		}
	}
	if sig == nil || code.IsNoop(info, call) {
		return nil
	}
	var list []flow.Result
	ctx := false
	for i := range sig.Results().Len() {
		t := sig.Results().At(i).Type()
		if code.IsSpan(t, span) {
			list = append(list, flow.Result{Index: i})
		}
		ctx = ctx || code.IsContext(t)
	}
	if len(list) != 1 || !ctx && (sig.Params().Len() == 0 || !code.IsContext(sig.Params().At(0).Type())) {
		return nil
	}
	switch {
	case fn == nil:
		if !ctx {
			return nil
		}
	case fn.Signature().Recv() != nil && types.IsInterface(fn.Signature().Recv().Type()):
		if !ctx && !strings.HasPrefix(strings.ToLower(fn.Name()), "start") {
			return nil
		}
	case fn.Name() != "Start" || fn.Signature().Recv() == nil || !ctx || !isTracerStart(sig):
		return nil
	}
	return list
}

// isTracerStart reports whether the signature is that of trace.Tracer's Start.
func isTracerStart(sig *types.Signature) bool {
	if !sig.Variadic() || sig.Params().Len() != 3 {
		return false
	}
	s, ok := sig.Params().At(2).Type().(*types.Slice)
	return ok && code.IsNamed(s.Elem(), knowledge.OTelTrace, "SpanStartOption")
}
