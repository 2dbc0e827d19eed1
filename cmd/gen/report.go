package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/disk"
	"github.com/mintwright/mintwright/internal/vetconfig"
)

// Exit codes. They are part of the interface.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitFindings    = 3
	exitNoProgram   = 127 // as a shell says it; gen dev env only
	exitInterrupted = 130
)

// errInterrupted is the end of gen by a person before anything was written.
var errInterrupted = errors.New("interrupted")

// A problem is an error that meets a person: the fact, and what can be done about it.
type problem struct {
	code  int
	err   error
	hints []string
}

func (p *problem) Error() string { return p.err.Error() }
func (p *problem) Unwrap() error { return p.err }

// exitCode is the exit code of a program that gen ran and that has said itself what is wrong.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// wrongUsage is a problem with the command line.
func wrongUsage(err error, hints ...string) error {
	return &problem{code: exitUsage, err: err, hints: hints}
}

// conclude tells a person about err and returns the exit code for it.
func conclude(w io.Writer, err error) int {
	var p *problem
	var other exitCode
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &other):
		return int(other)
	case errors.Is(err, errInterrupted):
		note(w, "interrupted; nothing was written")
		return exitInterrupted
	case errors.Is(err, context.Canceled):
		for _, e := range each(err) { // what went wrong on the way out
			if !errors.Is(e, context.Canceled) {
				tell(w, e.Error())
			}
		}
		note(w, "interrupted")
		return exitInterrupted
	case errors.As(err, &p):
		tellAll(w, p.err)
		for _, h := range p.hints {
			hint(w, h)
		}
		return p.code
	}
	return tellAll(w, err)
}

// tellAll tells every one of joined errors, with the hint of each that has one, and returns
// the exit code for them.
func tellAll(w io.Writer, err error) int {
	code := exitFailed
	for _, e := range each(err) {
		fact, remedy, ok := faultIn(e)
		if !ok {
			tell(w, e.Error())
			continue
		}
		code = exitUsage
		tell(w, fact)
		if remedy != "" {
			hint(w, remedy)
		}
	}
	return code
}

// faultIn finds in an error what is wrong with a file that a person has written, and what to do.
func faultIn(err error) (fact, remedy string, ok bool) {
	var answer *answers.Fault
	var configured *vetconfig.Fault
	switch {
	case errors.As(err, &answer):
		return answer.Fact(), answer.Remedy, true
	case errors.As(err, &configured):
		return configured.Fact(), configured.Remedy, true
	}
	return "", "", false
}

// each takes joined errors apart; an error with two causes of its own is one.
func each(err error) []error {
	var known *disk.Error
	if errors.As(err, &known) {
		return []error{err}
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var list []error
	for _, e := range joined.Unwrap() {
		list = append(list, each(e)...)
	}
	return list
}

func tell(w io.Writer, fact string) { fmt.Fprintln(w, "gen: error: "+oneLine(fact)) }
func hint(w io.Writer, text string) { fmt.Fprintln(w, "gen: hint: "+oneLine(text)) }
func note(w io.Writer, text string) { fmt.Fprintln(w, "gen: "+oneLine(text)) }

// oneLine keeps a message on its line and out of the terminal's controls, whatever a file
// or an argument brought in.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < ' ' || r == 0x7f || 0x80 <= r && r < 0xa0:
			return '\uFFFD'
		}
		return r
	}, strings.TrimSpace(s))
}
