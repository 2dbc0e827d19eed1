package answers

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// FaultKind sorts faults by what a caller does about them.
type FaultKind uint8

// The kinds of faults.
const (
	Invalid FaultKind = iota // the value breaks a rule
	Missing                  // an answer without a default was not given
	Unknown                  // there is no such key or path
	Locked                   // the organisation's defaults forbid another value
)

// Fault is one thing that is wrong with the answers, and what to do about it.
type Fault struct {
	Kind    FaultKind
	Field   string // dotted path as in --set; empty when the file as a whole is meant
	Problem string // the fact, without the field
	Remedy  string // an imperative

	File         string // where the value was read; empty when it did not come from a file
	Line, Column int    // from 1; 0 when not known
}

// Fact says what is wrong and where, without the remedy.
func (f *Fault) Fact() string {
	var b strings.Builder
	if f.File != "" {
		b.WriteString(f.File + ":")
		if f.Line > 0 {
			fmt.Fprintf(&b, "%d:", f.Line)
		}
		if f.Column > 0 {
			fmt.Fprintf(&b, "%d:", f.Column)
		}
		b.WriteByte(' ')
	}
	if f.Field != "" {
		b.WriteString(f.Field + ": ")
	}
	return b.String() + f.Problem
}

// Error is the fact and the remedy in one line.
func (f *Fault) Error() string { return f.Fact() + "; " + f.Remedy }

// Faults lists the faults in err, in the order of the fields and each once.
// It is nil when err holds an error that is no fault, or nothing.
func Faults(err error) []*Fault {
	var list []*Fault
	if err == nil || !collect(err, &list) {
		return nil
	}
	return ordered(list)
}

// Join joins what several steps found, so that every fault is reported at once:
// faults in the order of the fields and each once, then other errors. It is nil without any.
func Join(errs ...error) error {
	var list []*Fault
	var others []error
	for _, err := range errs {
		var faults []*Fault
		switch {
		case err == nil:
		case collect(err, &faults):
			list = append(list, faults...)
		default:
			others = append(others, err)
		}
	}
	for _, f := range slices.Backward(ordered(list)) {
		others = slices.Insert(others, 0, error(f))
	}
	return errors.Join(others...)
}

// collect reports whether err consists of faults only.
func collect(err error, list *[]*Fault) bool {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			if !collect(e, list) {
				return false
			}
		}
		return true
	}
	var f *Fault
	if !errors.As(err, &f) {
		return false
	}
	*list = append(*list, f)
	return true
}

// ordered sorts by field, then by place, and drops what is said twice.
func ordered(list []*Fault) []*Fault {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *Fault) int {
		return cmp.Or(
			slices.Compare(rank(a.Field), rank(b.Field)),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
		)
	})
	return slices.CompactFunc(list, func(a, b *Fault) bool { return *a == *b })
}
