package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
)

// plain asks with lines: for screen readers, terminals that can do no more, and answers that
// come from a pipe. The questions go to stderr, so that stdout stays for the result.
type plain struct {
	in         *lineReader
	out        io.Writer
	atTerminal bool
}

func newPlain(env *Env) *plain {
	return &plain{in: newLineReader(env.Stdin), out: env.Stderr, atTerminal: env.IsTerminal(env.Stdin)}
}

func (l *plain) Note(text string) { fmt.Fprintln(l.out, text) }

func (l *plain) Input(ctx context.Context, p prompt) (string, error) {
	return l.until(ctx, p, p.Default, func(line string) (string, error) {
		answer := p.typed(line)
		return answer, p.check(answer)
	})
}

func (l *plain) Confirm(ctx context.Context, p prompt) (bool, error) {
	answer, err := l.until(ctx, p, p.Default+"; yes or no", func(line string) (string, error) {
		answer := p.typed(line)
		_, err := isYes(answer)
		return answer, err
	})
	if err != nil {
		return false, err
	}
	return isYes(answer)
}

func (l *plain) Select(ctx context.Context, p prompt) (string, error) {
	l.list(p)
	return l.until(ctx, p, shown(p.Options, p.Default), func(line string) (string, error) {
		if strings.TrimSpace(line) == "" && chosen(p.Options, p.Default) >= 0 {
			return p.Default, nil
		}
		i := chosen(p.Options, line)
		if i < 0 {
			return "", fmt.Errorf("answer with a number from 1 to %d", len(p.Options))
		}
		return p.Options[i].Value, p.check(p.Options[i].Value)
	})
}

func (l *plain) MultiSelect(ctx context.Context, p prompt) ([]string, error) {
	l.list(p)
	answer, err := l.until(ctx, p, p.Default+"; several with commas", func(line string) (string, error) {
		var values []string
		for part := range strings.SplitSeq(p.typed(line), ",") {
			part = strings.TrimSpace(part)
			if part == "" {
				continue
			}
			i := chosen(p.Options, part)
			if i < 0 {
				return "", fmt.Errorf("%q is not one of them; answer with numbers from 1 to %d", part, len(p.Options))
			}
			if v := p.Options[i].Value; !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		answer := strings.Join(values, ",")
		return answer, p.check(answer)
	})
	if err != nil || answer == "" {
		return nil, err
	}
	return strings.Split(answer, ","), nil
}

// until asks until take has no objection.
func (l *plain) until(ctx context.Context, p prompt, offer string, take func(line string) (string, error)) (string, error) {
	for {
		if offer != "" {
			fmt.Fprintf(l.out, "%s [%s]: ", p.Message, offer)
		} else {
			fmt.Fprintf(l.out, "%s: ", p.Message)
		}
		line, err := l.in.read(ctx)
		if !l.atTerminal || err != nil {
			fmt.Fprintln(l.out) // nothing was echoed
		}
		switch {
		case errors.Is(err, io.EOF) && l.atTerminal:
			return "", errInterrupted
		case errors.Is(err, io.EOF):
			return "", errEnded
		case err != nil:
			return "", err
		case p.isBack(line):
			return "", errBack
		case strings.TrimSpace(line) == "?":
			l.help(p)
			continue
		}
		answer, err := take(line)
		if err == nil {
			return answer, nil
		}
		fmt.Fprintln(l.out, "  "+oneLine(reason(err).Error()))
	}
}

func (l *plain) help(p prompt) {
	if p.Help != "" {
		fmt.Fprintln(l.out, "  "+p.Help)
	}
	fmt.Fprintf(l.out, "  An empty line takes what stands in brackets, %q means none.\n", cleared)
	if p.Back {
		fmt.Fprintln(l.out, `  "<" goes back to the question before.`)
	}
}

func (l *plain) list(p prompt) {
	for i, o := range p.Options {
		text := fmt.Sprintf("  %d %s", i+1, o.label())
		if o.Note != "" {
			text += " - " + o.Note
		}
		fmt.Fprintln(l.out, text)
	}
}

// chosen finds an option by its number, its value or its label; -1 for none.
func chosen(options []option, answer string) int {
	answer = strings.TrimSpace(answer)
	if n, err := strconv.Atoi(answer); err == nil && 1 <= n && n <= len(options) {
		return n - 1
	}
	return slices.IndexFunc(options, func(o option) bool { return o.Value == answer || o.label() == answer })
}

// shown is the label of the option with that value.
func shown(options []option, value string) string {
	if i := slices.IndexFunc(options, func(o option) bool { return o.Value == value }); i >= 0 {
		return options[i].label()
	}
	return value
}

// reason says why an answer is not taken, without naming the field: it has just been asked.
func reason(err error) error {
	faults := answers.Faults(err)
	if len(faults) == 0 {
		return err
	}
	var parts []string
	for _, f := range faults {
		parts = append(parts, f.Problem+"; "+f.Remedy)
	}
	return errors.New(strings.Join(parts, ". "))
}

// lineReader reads lines and can be left waiting when a context ends.
type lineReader struct {
	in *bufio.Reader
}

type lineRead struct {
	text string
	err  error
}

func newLineReader(in io.Reader) *lineReader {
	const longest = 64 << 10
	return &lineReader{in: bufio.NewReaderSize(in, longest)}
}

// push puts text before what will be read.
func (l *lineReader) push(text string) {
	if text != "" {
		l.in = bufio.NewReaderSize(io.MultiReader(strings.NewReader(text), l.in), l.in.Size())
	}
}

// read returns the next line, io.EOF after the last, or errInterrupted when ctx ends first.
// The reading itself cannot be ended: it is left to the end of the process.
func (l *lineReader) read(ctx context.Context) (string, error) {
	if ctx.Err() != nil {
		return "", errInterrupted
	}
	line := make(chan lineRead, 1)
	go func() {
		text, err := l.in.ReadSlice('\n')
		if errors.Is(err, io.EOF) && len(text) > 0 {
			err = nil // the last line may lack its end
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			err = errors.New("an answer is longer than a line may be")
		}
		line <- lineRead{string(text), err}
	}()
	select {
	case r := <-line:
		return cursorReport().ReplaceAllString(strings.TrimRight(r.text, "\r\n"), ""), r.err
	case <-ctx.Done():
		return "", errInterrupted
	}
}

// cursorReport is a terminal's late answer to the probe.
func cursorReport() *regexp.Regexp { return regexp.MustCompile(`\x1b\[[0-9]+;[0-9]+R`) }
