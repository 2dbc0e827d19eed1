// Package check judges a service before it is pushed: what an area of it must be, what it is,
// and what to do about the difference.
//
// An area reads the service's folder and returns what it found; it writes nothing, needs no
// cluster and no network. What it cannot know it lists as unchecked, so that silence means that
// something was looked at. The same folder gives the same report.
//
// The areas live in the packages below, one each. They read foreign bytes: files of any size,
// with any content, that may be no files at all; Service.Read and Parse are made for that.
package check

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
)

// Severity says whether a result makes gen check fail.
type Severity string

const (
	Finding Severity = "finding" // must be mended
	Note    Severity = "note"    // should be known
)

// A Rule is what an area looks for. Its page, its explanation and its results come from here.
type Rule struct {
	ID       string // <area>.<kebab>
	Summary  string // what is wrong when it speaks: one line, lower case, no period
	Why      string // what that leads to, in sentences; optional
	Remedy   string // what to do: one line, an imperative
	Severity Severity
	// Criterion names what asks for it, as "Pod Security Standards, restricted"; optional.
	Criterion string
}

// At returns a result of the rule with its remedy. File is a slash path below the service, ""
// where there is none; a line of 0 means all of it.
func (r Rule) At(file string, line int, format string, args ...any) Result {
	return Result{
		Area: r.Area(), Rule: r.ID, Severity: r.Severity, File: file, Line: line,
		Message: fmt.Sprintf(format, args...), Remedy: r.Remedy, Criterion: r.Criterion,
	}
}

// Area returns the area that the rule is of.
func (r Rule) Area() string {
	area, _, _ := strings.Cut(r.ID, ".")
	return area
}

// A Result is one thing that an area has found.
type Result struct {
	Area, Rule string
	Severity   Severity
	File       string // slash path below the service; "" where it is of no file
	Line       int    // from 1; 0 where it is of no line
	Message    string // one line, lower case, no period
	Remedy     string // one line, an imperative
	Criterion  string // what asks for it; ""
}

// Do returns the result with a remedy of its own.
func (r Result) Do(format string, args ...any) Result {
	r.Remedy = fmt.Sprintf(format, args...)
	return r
}

// As returns the result with a severity of its own.
func (r Result) As(s Severity) Result {
	r.Severity = s
	return r
}

// All is what is unchecked when an area looked at nothing.
const All = "all of it"

// Unchecked is something that an area could not look at, and why.
type Unchecked struct {
	Area, What, Why string
}

// Service is what is checked. Areas share it and run at the same time: it is not changed.
type Service struct {
	FS      fs.FS  // the service's folder, closed at its borders: the FS of an os.Root
	Folder  string // where it is, absolute; for programs that are started there
	Answers answers.Answers
	Faulty  error // why Answers holds nothing; nil: it holds what was chosen

	Environ  []string                          // for programs that are started, key=value
	LookPath func(name string) (string, error) // finds them; nil: there are none
	Gen      string                            // the program that checks, as the vet tool; ""
	Release  string                            // its release, or "devel"
}

// Program returns the path of a program on PATH, "" when it is not there.
func (s *Service) Program(name string) string {
	if s.LookPath == nil {
		return ""
	}
	found, err := s.LookPath(name)
	if err != nil {
		return ""
	}
	return found
}

// An Area is one part of a service that is judged as a whole.
type Area struct {
	Name    string // one word
	Summary string // what it looks at: one line, lower case, no period
	Rules   []Rule // all that its results can be of
	Alone   bool   // it does not need the answers: it is asked even when they are faulty
	// Check returns what was found and what could not be looked at, in any order. An error means
	// that the area as a whole could not be judged; what it returns beside it counts all the same.
	Check func(context.Context, *Service) ([]Result, []Unchecked, error)
}

// Sort sorts results by severity, file, line and rule, and drops what is there twice.
func Sort(results []Result) []Result {
	slices.SortFunc(results, func(a, b Result) int {
		return cmp.Or(
			cmp.Compare(a.Severity, b.Severity), // findings first
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message), cmp.Compare(a.Remedy, b.Remedy),
			cmp.Compare(a.Area, b.Area), cmp.Compare(a.Criterion, b.Criterion),
		)
	})
	return slices.Compact(results)
}

// SortUnchecked sorts by area and what it is, and drops what is there twice.
func SortUnchecked(list []Unchecked) []Unchecked {
	slices.SortFunc(list, func(a, b Unchecked) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why))
	})
	return slices.Compact(list)
}
