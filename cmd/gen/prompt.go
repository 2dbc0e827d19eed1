package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"
	"golang.org/x/term"
)

// errBack is a person's wish to see the question before.
var errBack = errors.New("back")

// errEnded is the end of piped answers before the last question.
var errEnded = errors.New("the answers ended")

// Prompter asks a person. Every method returns errBack (only when p.Back), errInterrupted,
// or errEnded; an answer has passed p.Check.
type Prompter interface {
	Input(ctx context.Context, p prompt) (string, error)
	Select(ctx context.Context, p prompt) (string, error) // the Value of an option
	MultiSelect(ctx context.Context, p prompt) ([]string, error)
	Confirm(ctx context.Context, p prompt) (bool, error) // Default is "yes" or "no"
	Note(text string)
}

// prompt is one question as it is put.
type prompt struct {
	ID      string // of the question; it is not shown
	Message string
	Help    string // one line
	Default string // of MultiSelect: values with commas
	Options []option
	Back    bool // there is a question before
	Check   func(answer string) error
}

// option is one of a list. Label is shown for the value, Note beside it.
type option struct{ Value, Label, Note string }

func (o option) label() string { return cmp.Or(o.Label, o.Value) }

func (p prompt) check(answer string) error {
	if p.Check == nil {
		return nil
	}
	return p.Check(answer)
}

// cleared is how a person empties an answer that has a default: an empty line takes it.
const cleared = "-"

// typed is what an answer on a line means.
func (p prompt) typed(line string) string {
	line = strings.TrimSpace(line)
	switch {
	case line == "":
		return p.Default
	case line == cleared:
		return ""
	}
	return line
}

// isYes reads an answer of Confirm.
func isYes(answer string) (yes bool, err error) {
	switch strings.ToLower(answer) {
	case "y", "yes":
		return true, nil
	case "n", "no":
		return false, nil
	}
	return false, errors.New("answer yes or no")
}

// narrow is the width below which a terminal gets plain lines: lists that are redrawn need
// lines that do not wrap.
const narrow = 24

// openPrompter chooses how to ask. It is nil when nothing may be asked: then there is no
// person, or no way to tell.
//
// Plain lines are read from a pipe only when --plain asks for them: a pipe on which nobody
// will ever write looks the same.
func openPrompter(ctx context.Context, env *Env, plain bool) (Prompter, error) {
	if env.Ask != nil {
		return env.Ask, nil
	}
	atTerminal := env.IsTerminal(env.Stdin) && env.IsTerminal(env.Stdout) && !env.isOn("CI")
	if !plain && !atTerminal {
		return nil, nil
	}
	lines := newPlain(env)
	if plain || env.get("TERM") == "dumb" || env.isOn("GEN_ACCESSIBLE") || env.isOn("ACCESSIBLE") {
		return lines, nil
	}
	in, okIn := env.Stdin.(*os.File)
	out, okOut := env.Stdout.(*os.File)
	if !okIn || !okOut {
		return lines, nil
	}
	width, height, err := term.GetSize(int(out.Fd()))
	if err != nil || width < narrow {
		return lines, nil
	}
	// survey waits for ever for a terminal that does not say where its cursor is.
	answered, typed, err := probe(ctx, in, out)
	if err != nil {
		return nil, err
	}
	if !answered {
		lines.in.push(strings.ReplaceAll(typed, "\r", "\n"))
		return lines, nil
	}
	r := &rich{in: &keys{file: in}, out: out, plainIcons: env.get("NO_COLOR") != "", width: width, height: height}
	r.in.ahead = []byte(typed)
	return r, nil
}

// rich asks with lists to move in, by survey.
type rich struct {
	in            *keys
	out           *os.File
	plainIcons    bool
	width, height int // of the terminal when it was last looked at
}

func (r *rich) Note(text string) { fmt.Fprintln(r.out, text) }

func (r *rich) Input(ctx context.Context, p prompt) (string, error) {
	var answer string
	q := &survey.Input{Message: p.Message, Help: r.help(p), Default: p.Default}
	err := r.ask(ctx, p, q, &answer, func(given any) error {
		if line := fmt.Sprint(given); !p.isBack(line) {
			return reason(p.check(p.typed(line)))
		}
		return nil
	})
	if err == nil && p.isBack(answer) {
		err = errBack
	}
	return p.typed(answer), err
}

func (r *rich) Confirm(ctx context.Context, p prompt) (bool, error) {
	choices := " (y/N)"
	if p.Default == "yes" {
		choices = " (Y/n)"
	}
	// Not survey's own: there is no way back out of it.
	check := func(answer string) error {
		_, err := isYes(answer)
		return err
	}
	answer, err := r.Input(ctx, prompt{Message: p.Message + choices, Help: p.Help, Default: p.Default, Back: p.Back, Check: check})
	if err != nil {
		return false, err
	}
	return isYes(answer)
}

func (r *rich) Select(ctx context.Context, p prompt) (string, error) {
	q := &survey.Select{Message: p.Message, Help: r.help(p), Options: r.labels(p), Description: r.note(p)}
	if i := slices.IndexFunc(p.Options, func(o option) bool { return o.Value == p.Default }); i >= 0 {
		q.Default = i
	}
	var chosen int
	err := r.ask(ctx, p, q, &chosen, func(given any) error {
		if i := given.(survey.OptionAnswer).Index; i < len(p.Options) {
			return reason(p.check(p.Options[i].Value))
		}
		return nil
	})
	switch {
	case err != nil:
		return "", err
	case chosen >= len(p.Options):
		return "", errBack
	}
	return p.Options[chosen].Value, nil
}

func (r *rich) MultiSelect(ctx context.Context, p prompt) ([]string, error) {
	var defaults, chosen []int
	for i, o := range p.Options {
		if slices.Contains(strings.Split(p.Default, ","), o.Value) {
			defaults = append(defaults, i)
		}
	}
	q := &survey.MultiSelect{Message: p.Message, Help: r.help(p), Options: r.labels(p), Description: r.note(p), Default: defaults}
	values := func(chosen []int) (list []string, back bool) {
		for _, i := range chosen {
			if i >= len(p.Options) {
				return nil, true
			}
			list = append(list, p.Options[i].Value)
		}
		return list, false
	}
	err := r.ask(ctx, p, q, &chosen, func(given any) error {
		var picked []int
		for _, o := range given.([]survey.OptionAnswer) {
			picked = append(picked, o.Index)
		}
		if list, back := values(picked); !back {
			return reason(p.check(strings.Join(list, ",")))
		}
		return nil
	})
	list, back := values(chosen)
	if err == nil && back {
		err = errBack
	}
	return list, err
}

// help is the help line; the way back is told where nothing shows it.
func (r *rich) help(p prompt) string {
	help := p.Help
	if p.Back {
		help = strings.TrimSpace(help + " Esc goes back.")
	}
	return help
}

// mark is what stands before a label: "> [x]  ".
const mark = 7

// labels are the lines of a list, none longer than the terminal is wide: survey counts them
// to redraw.
func (r *rich) labels(p prompt) []string {
	if width, height, err := term.GetSize(int(r.out.Fd())); err == nil {
		r.width, r.height = width, height
	}
	var labels []string
	for _, o := range p.Options {
		labels = append(labels, shortened(o.label(), r.width-mark))
	}
	if p.Back {
		labels = append(labels, backLabel)
	}
	return labels
}

// note is what stands beside a label in the list, in what room is left, and is no part of the
// answer.
func (r *rich) note(p prompt) func(label string, i int) string {
	return func(label string, i int) string {
		const dash, least = 3, 8
		room := r.width - mark - dash - utf8.RuneCountInString(label)
		if i >= len(p.Options) || room < least {
			return ""
		}
		return shortened(p.Options[i].Note, room)
	}
}

// shortened cuts a text to a number of characters.
func shortened(s string, most int) string {
	const dots = "..."
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:max(most-len(dots), 0)]) + dots
}

const backLabel = "< back"

// isBack reports whether line asks for the question before.
func (p prompt) isBack(line string) bool { return p.Back && strings.TrimSpace(line) == "<" }

// ask puts one question. survey reads keys for as long as it likes, so it does so beside us:
// when ctx ends, the terminal is restored here and the reader is left to the end of the
// process.
func (r *rich) ask(ctx context.Context, p prompt, q survey.Prompt, answer any, check survey.Validator) error {
	if ctx.Err() != nil {
		return errInterrupted
	}
	fd := int(r.in.file.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return err
	}
	r.in.begin(p.Back)
	done := make(chan error, 1)
	go func() {
		defer func() { // survey counts on answers of the terminal that a hang-up takes away
			if bug := recover(); bug != nil {
				done <- io.ErrUnexpectedEOF
			}
		}()
		done <- survey.AskOne(q, answer, r.options(check)...)
	}()
	select {
	case err = <-done:
	case <-ctx.Done():
		err = terminal.InterruptErr
	}
	stopped, back := r.in.wish()
	if err == nil {
		return nil
	}
	_ = term.Restore(fd, before)
	fmt.Fprint(r.out, showCursor+"\n")
	switch {
	case back:
		return errBack
	case stopped, ctx.Err() != nil, errors.Is(err, terminal.InterruptErr), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errInterrupted
	}
	return err
}

const showCursor = "\x1b[?25h"

func (r *rich) options(check survey.Validator) []survey.AskOpt {
	const words = 240 // of the question, survey's own hints, its help and an error, in characters
	around := 2 + words/max(r.width, 1)
	opts := []survey.AskOpt{
		survey.WithStdio(r.in, r.out, r.out),
		survey.WithKeepFilter(true),
		survey.WithPageSize(min(max(r.height-around, 3), 20)),
		survey.WithIcons(func(icons *survey.IconSet) {
			if r.plainIcons {
				icons.Question.Text, icons.Help.Text, icons.Error.Text = "?", "i", "x"
				icons.SelectFocus.Text, icons.MarkedOption.Text, icons.UnmarkedOption.Text = ">", "[x]", "[ ]"
			}
		}),
	}
	if check != nil {
		opts = append(opts, survey.WithValidator(check))
	}
	return opts
}
