package trace

import (
	"fmt"
	"go/token"
	"go/types"
	"go/version"

	"github.com/mintwright/mintwright/internal/fault"
)

// iterator is a result that calls yield for each of its elements.
type iterator struct {
	result  int
	yield   types.Type // the function that is called with the elements
	elems   []types.Type
	failing int // index of the element that is an error, -1

	span  string // name of the span around an iteration
	calls string // the field of the decorator that measures iterations, with -metrics and -logs
}

// stream is a result that ends the span of the call.
type stream struct {
	result int
	typ    types.Type      // of the result, an interface
	method *types.Func     // that ends it
	recv   bool            // Recv or CloseAndRecv does, or the context; else Close
	named  *types.TypeName // for embedding; nil when the type has no name, or one that a method has too
	others []*types.Func   // the other methods, where the type cannot be embedded

	label string // name of the type that wraps it
}

// ending decides how long the span of a method lasts.
func (f *file) ending(m *method, own, all spanComment) []*fault.Fault {
	until, asked := own.until, own.pos
	if until == "" {
		until = all.until
		asked = token.Position{}
	}
	m.way = call
	switch until {
	case "return":
		return nil
	case "close", "recv":
		m.stream = f.streamOf(m, until)
		if m.stream == nil && asked.IsValid() {
			problem, remedy := "no result of %s is an interface with a method Close() error", "leave until=close out"
			if until == "recv" {
				problem, remedy = "no result of %s is an interface with a method Recv that returns an error", "leave until=recv out"
			}
			return []*fault.Fault{at(asked, fmt.Sprintf(problem, m.Name), remedy)}
		}
	}
	if m.stream == nil {
		m.stream = f.streamOf(m, "recv")
	}
	if m.stream != nil {
		m.way = hand
		return nil
	}
	if f.canRange() {
		m.iterators = iterators(m)
	}
	if len(m.iterators) == 1 && len(m.Results) == 1 {
		m.way = iterate
	}
	return nil
}

// canRange says whether the package's version of Go ranges over functions.
func (f *file) canRange() bool {
	v := f.pkg.Module.GoVersion
	return v == "" || version.Compare("go"+v, "go1.23") >= 0
}

func iterators(m *method) []iterator {
	var list []iterator
	for i, r := range m.Results {
		sig, ok := r.Type.Underlying().(*types.Signature)
		if !ok || sig.Params().Len() != 1 || sig.Results().Len() != 0 || sig.Variadic() {
			continue
		}
		yield, ok := sig.Params().At(0).Type().Underlying().(*types.Signature)
		if !ok || yield.Params().Len() > 2 || yield.Variadic() || yield.Results().Len() != 1 || !types.Identical(yield.Results().At(0).Type(), types.Typ[types.Bool]) {
			continue
		}
		it := iterator{result: i, yield: sig.Params().At(0).Type(), failing: -1}
		for v := range yield.Params().Variables() {
			if types.Identical(v.Type(), builtinError()) {
				it.failing = len(it.elems)
			}
			it.elems = append(it.elems, v.Type())
		}
		list = append(list, it)
	}
	return list
}

func builtinError() types.Type { return types.Universe.Lookup("error").Type() }

// streamOf finds the first result that ends the span by itself.
func (f *file) streamOf(m *method, until string) *stream {
	for i, r := range m.Results {
		t, ok := r.Type.Underlying().(*types.Interface)
		if !ok || types.Identical(r.Type, builtinError()) || isTypeParam(r.Type) {
			continue
		}
		for fn := range t.Methods() {
			if endsStream(fn, until) {
				s := &stream{result: i, typ: r.Type, method: fn, recv: until == "recv"}
				s.embed(t)
				return s
			}
		}
	}
	return nil
}

func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

func endsStream(fn *types.Func, until string) bool {
	sig := fn.Signature()
	last := sig.Results().Len() - 1
	if sig.Params().Len() != 0 || last < 0 || !types.Identical(sig.Results().At(last).Type(), builtinError()) {
		return false
	}
	switch fn.Name() {
	case "Close":
		return until == "close" && last == 0
	case "Recv", "CloseAndRecv":
		return until == "recv" && last > 0
	}
	return false
}

// embed decides whether the stream can be embedded: its type has a name, and none of its methods
// has that.
func (s *stream) embed(t *types.Interface) {
	switch named := s.typ.(type) {
	case *types.Named:
		s.named = named.Obj()
	case *types.Alias:
		s.named = named.Obj()
	}
	for fn := range t.Methods() {
		if s.named != nil && fn.Name() == s.named.Name() {
			s.named = nil
		}
	}
	if s.named != nil {
		return
	}
	for fn := range t.Methods() {
		if fn != s.method {
			s.others = append(s.others, fn)
		}
	}
}
