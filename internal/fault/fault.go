// Package fault is how one says what is wrong in a file that a person has written.
//
// A fault is a fact with its place, and one remedy. Whoever prints it gives each a line.
package fault

import (
	"errors"
	"fmt"
)

// Fault is something wrong at a place in a file that a person has written.
type Fault struct {
	File         string // as the person named it, or absolute; "" when no file is meant
	Line, Column int    // from 1; 0 when the file as a whole, or the whole line, is meant
	Problem      string
	Remedy       string // an imperative; "" when there is none
}

// Fact says in one line where what is wrong.
func (f *Fault) Fact() string {
	if f.File == "" {
		return f.Problem
	}
	return f.place() + ": " + f.Problem
}

func (f *Fault) place() string {
	switch {
	case f.Line <= 0:
		return f.File
	case f.Column <= 0:
		return fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
}

// Error is the fact and the remedy in one line.
func (f *Fault) Error() string {
	if f.Remedy == "" {
		return f.Fact()
	}
	return f.Fact() + "; " + f.Remedy
}

// All returns the faults that err is or joins, in their order. It is nil when one of
// the joined errors is no fault: then err has to be shown as it is.
func All(err error) []*Fault {
	if err == nil {
		return nil
	}
	if one, ok := errors.AsType[*Fault](err); ok && !isJoined(err) {
		return []*Fault{one}
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return All(errors.Unwrap(err))
	}
	var list []*Fault
	for _, e := range joined.Unwrap() {
		some := All(e)
		if some == nil {
			return nil
		}
		list = append(list, some...)
	}
	return list
}

// isJoined says whether err, or what it wraps, joins several.
func isJoined(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if _, ok := err.(interface{ Unwrap() []error }); ok {
			return true
		}
	}
	return false
}
