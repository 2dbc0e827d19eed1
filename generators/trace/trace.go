// Package trace writes decorators for interfaces: types that open a span for each call that has a
// context, and hand it on to another value of the same interface.
//
// The output is what one would write by hand: nothing is allocated for a call that is not
// recorded but what a tracer allocates itself, nothing is recorded that was not named by a
// comment, and what the interface's methods promise stays true. It needs the packages trace,
// attribute, codes and metric of OpenTelemetry, and the standard library.
//
// Comments in the interface say what is special about a method, those above the interface what
// is about all of its methods:
//
//	//gen:attr user.id=id                  record a parameter, or a result by its name
//	//gen:attr order.id=order.Header.ID    or what it leads to: fields, methods, len(x), a constant
//	//gen:attr! auth.token_id=token.ID     although it looks like a secret
//	//gen:span name="billing charge" kind=client
//	//gen:span until=close                 the span ends with what is returned: close, recv or return
//	//gen:span skip="called a thousand times a second"
//	//gen:ignore ErrNotFound io.EOF        errors that are no failure
//
// The work goes in three steps: read.go resolves an interface and its comments to the plan of a
// decorator, name.go gives everything in it a name that clashes with nothing, and emit.go prints it
// with the help of a file for each construct. See docs/decisions/023-decorators.md.
package trace

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/stamp"
	"github.com/mintwright/mintwright/internal/tree"
)

// Make returns the file with the decorators of the interfaces that o names; its path is relative
// to p.Dir. args are those of gen, the verb first, for the header.
//
// Errors are *fault.Fault, several joined.
func Make(p *source.Package, o Options, args []string) ([]tree.File, error) {
	f, err := read(p, o)
	if err != nil {
		return nil, err
	}
	if err := f.name(); err != nil {
		return nil, err
	}
	content, err := f.render(stamp.Header(args, f.hash()))
	if err != nil {
		return nil, err
	}
	return []tree.File{{Path: f.output, Mode: 0o644, Owner: tree.Generated, Content: content}}, nil
}

// Output returns the path of the file that Make makes, relative to the folder of the directive.
func Output(o Options, isTest bool) (string, error) {
	suffix := ".go"
	if isTest {
		suffix = "_test.go"
	}
	if o.Output != "" {
		name := path.Clean(filepath.ToSlash(o.Output))
		if path.Base(name) != name {
			return "", &fault.Fault{
				Problem: fmt.Sprintf("the output %s lies in another folder than its directive, and so in another package", o.Output),
				Remedy:  "give its name alone, or put the directive into a file of that package",
			}
		}
		if !strings.HasSuffix(name, suffix) || name == suffix {
			problem, remedy := "is no Go file", "give it a name that ends in .go"
			if isTest && strings.HasSuffix(o.Output, ".go") {
				problem, remedy = "is no test file, and its directive stands in one", "give it a name that ends in _test.go, or move the directive"
			}
			return "", &fault.Fault{Problem: fmt.Sprintf("the output %s %s", o.Output, problem), Remedy: remedy}
		}
		return name, nil
	}
	if len(o.Types) == 0 || o.Types[0] == "" {
		return "", noType()
	}
	first := o.Types[0]
	return names.Snake(first[strings.LastIndexAny(first, "./")+1:]) + "_trace" + suffix, nil
}

func noType() error {
	return &fault.Fault{Problem: "no interface is named", Remedy: "name it with -type"}
}

// join returns the faults as one error in the order of their places, nil when there are none.
func join(faults []*fault.Fault) error {
	slices.SortStableFunc(faults, func(a, b *fault.Fault) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	var errs []error
	for _, f := range faults {
		errs = append(errs, f)
	}
	return errors.Join(errs...)
}
