package proto

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/fault"
)

// Fault is one thing that is wrong with a .proto file, and what to do about it. What Generate
// returns names files by their paths from the root of the sources, what Make returns absolutely.
type Fault = fault.Fault

// Faults returns the faults in an error of Generate, in the order of their places; none when
// the error is another.
func Faults(err error) []*Fault {
	var one *Fault
	var many interface{ Unwrap() []error }
	switch {
	case errors.As(err, &many):
		var list []*Fault
		for _, e := range many.Unwrap() {
			list = append(list, Faults(e)...)
		}
		return list
	case errors.As(err, &one):
		return []*Fault{one}
	}
	return nil
}

// join returns the faults as one error, in the order of their places and each once.
func join(faults []*Fault) error {
	slices.SortFunc(faults, func(a, b *Fault) int {
		return cmp.Or(
			strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			strings.Compare(a.Problem, b.Problem),
		)
	})
	faults = slices.CompactFunc(faults, func(a, b *Fault) bool { return *a == *b })
	var errs []error
	for _, f := range faults {
		errs = append(errs, f)
	}
	return errors.Join(errs...)
}

// remedies says what usually helps against what the compiler reports, by a part of its text.
// The first that fits counts; the last one always does.
var remedies = [...]struct{ part, remedy string }{
	{"syntax error", "correct what stands there or just before it"},
	{"unknown extension", "correct the name, or import the file that declares it"},
	{"edition value", "write edition = \"2023\" or \"2024\", or syntax = \"proto3\""},
	{"unknown type", "correct the name, or import the file that declares it"},
	{"already defined", "give one of the two another name"},
	{"already used", "give one of the two another number"},
	{"both have the same tag", "give one of the two another number"},
	{"reserved", "choose a name and a number that are not reserved"},
	{"option", "correct the option"},
	{"", "correct the declaration"},
}

func remedy(problem string) string {
	for _, r := range remedies {
		if strings.Contains(problem, r.part) {
			return r.remedy
		}
	}
	return ""
}
