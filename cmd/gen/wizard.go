package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
)

// wizard asks for what a draft does not hold yet. It writes nothing.
type wizard struct {
	ask    Prompter
	draft  *answers.Draft
	near   surroundings
	render renderer
	accept func(path, answer string) error // beyond the rules of the answers
	place  func(name string) string        // the folder as it will be shown
}

// all asks what was not answered, then shows everything for review.
func (w *wizard) all(ctx context.Context) error {
	var open []question
	for _, q := range questions() {
		_, locked := w.draft.Locked(q.path)
		isGiven := w.draft.Origin(q.path) >= answers.File
		if isGiven && q.path == "unsafe" { // other unsafe choices, it may be
			q.when, isGiven = lacksReason, false
		}
		if !q.later && !locked && !isGiven {
			open = append(open, q)
		}
	}
	if err := w.round(ctx, open); err != nil {
		return err
	}
	return w.review(ctx, open)
}

// missing asks only what has no default.
func (w *wizard) missing(ctx context.Context) error {
	var open []question
	for _, q := range questions() {
		if slices.ContainsFunc(w.draft.Missing(), func(f answers.Field) bool { return f.Path == q.path }) {
			open = append(open, q)
		}
	}
	return w.round(ctx, open)
}

// round asks a list of questions, with the way back.
func (w *wizard) round(ctx context.Context, open []question) error {
	step := 1
	for i := 0; 0 <= i && i < len(open); i += step {
		if !w.applies(open[i]) {
			continue
		}
		err := w.put(ctx, open[i], w.first(open) < i)
		switch {
		case errors.Is(err, errBack):
			step = -1
		case err != nil:
			return err
		default:
			step = 1
		}
	}
	return nil
}

// first is the first question that is put at all, so that nothing lies before it.
func (w *wizard) first(open []question) int { return slices.IndexFunc(open, w.applies) }

func (w *wizard) applies(q question) bool {
	return q.when == nil || q.when(w.draft.Current())
}

// put puts one question and keeps its answer. Taking what is offered keeps its origin.
func (w *wizard) put(ctx context.Context, q question, back bool) error {
	switch q.path {
	case "calls":
		return w.putCalls(ctx, q, back)
	case "unsafe":
		return w.putUnsafe(ctx, q, back)
	}
	w.offer(ctx, q)
	f, _ := answers.Lookup(q.path)
	now := w.draft.Value(q.path)
	p := prompt{
		ID: q.path, Message: q.message, Help: f.Help, Default: now, Back: back, Options: options(f, q.means),
		Check: func(answer string) error {
			if q.check != nil {
				return q.check(w.draft.Current(), answer)
			}
			return cmp.Or(w.draft.Check(q.path, answer), w.accept(q.path, answer))
		},
	}
	var answer string
	var err error
	switch f.Kind {
	case answers.Choice:
		answer, err = w.ask.Select(ctx, p)
	case answers.Flag:
		answer, err = w.putFlag(ctx, p)
	case answers.Choices:
		var list []string
		list, err = w.ask.MultiSelect(ctx, p)
		answer = strings.Join(list, ",")
	default:
		answer, err = w.ask.Input(ctx, p)
	}
	if err != nil || answer == now {
		return err
	}
	return w.draft.Set(q.path, answer, answers.Question)
}

// putFlag asks for yes or no, which are true and false.
func (w *wizard) putFlag(ctx context.Context, p prompt) (string, error) {
	p.Default, p.Check = map[string]string{"true": "yes", "false": "no"}[p.Default], nil
	isOn, err := w.ask.Confirm(ctx, p)
	return strconv.FormatBool(isOn), err
}

// offer puts a default from the surroundings into the draft, when it would be right.
func (w *wizard) offer(ctx context.Context, q question) {
	if q.suggest == nil || w.draft.Origin(q.path) > answers.Surroundings {
		return
	}
	v := q.suggest(w.near, ctx, w.draft.Current())
	if v != "" && w.draft.Check(q.path, v) == nil {
		_ = w.draft.Set(q.path, v, answers.Surroundings) // a lock wins, silently
	}
}

// putCalls asks for the services that are called, one after the other.
func (w *wizard) putCalls(ctx context.Context, q question, back bool) error {
	f, _ := answers.Lookup(q.path)
	if calls := w.draft.Current().Calls; len(calls) > 0 {
		keep, err := w.ask.Confirm(ctx, prompt{
			ID: "calls.keep", Message: "Keep the calls to " + summary(w.draft, q.path), Help: f.Help, Default: "yes", Back: back,
		})
		if err != nil {
			return err
		}
		if !keep {
			if err := w.draft.Set(q.path, "", answers.Question); err != nil {
				return err
			}
		}
	}
	for {
		n := len(w.draft.Current().Calls)
		message := "Does it call another service of yours"
		if n > 0 {
			message = "Does it call one more"
		}
		more, err := w.ask.Confirm(ctx, prompt{ID: "calls.more", Message: message, Help: f.Help, Default: "no", Back: back || n > 0})
		switch {
		case errors.Is(err, errBack) && n > 0:
			err = w.draft.Set(q.path, "", answers.Question) // back to before the first
			if err == nil && back {
				return errBack
			}
		case err == nil && !more:
			return nil
		case err == nil:
			err = w.putCall(ctx, n)
		}
		if err != nil {
			return err
		}
	}
}

// putCall asks for one call; going back from its first question leaves none of it.
func (w *wizard) putCall(ctx context.Context, n int) error {
	a := w.draft.Current()
	item := "calls." + strconv.Itoa(n) + "."
	parts := []struct{ key, message string }{
		{"name", "Name of the called service"},
		{"protocol", "Its protocol"},
		{"id", "Its SPIFFE ID"},
		{"address", "Its address"},
	}
	given := map[string]string{}
	for i := 0; i < len(parts); {
		part := parts[i]
		f, _ := answers.Lookup(item + part.key)
		offer := given[part.key]
		if offer == "" && i > 0 {
			offer = map[string]string{
				"id":       "spiffe://" + a.Identity.TrustDomain + "/ns/" + a.Deploy.Namespace + "/sa/" + given["name"],
				"protocol": f.Default,
				"address":  given["name"] + "." + a.Deploy.Namespace + ".svc:" + map[string]string{"http": "8443", "grpc": "9443"}[given["protocol"]],
			}[part.key]
		}
		put := w.ask.Input
		if f.Kind == answers.Choice {
			put = w.ask.Select
		}
		answer, err := put(ctx, prompt{
			ID: "calls." + part.key, Message: part.message, Help: f.Help, Default: offer, Back: true, Options: options(f, nil),
			Check: func(v string) error {
				if part.key == "protocol" { // which decides what the name has to be
					a := w.draft.Current()
					a.Calls = append(a.Calls, answers.Call{Name: given["name"], Protocol: v})
					return faultsAt(a, item+"name")
				}
				return w.draft.Check(item+part.key, v)
			},
		})
		switch {
		case errors.Is(err, errBack) && i == 0:
			return nil
		case errors.Is(err, errBack):
			i--
		case err != nil:
			return err
		default:
			given[part.key] = answer
			i++
		}
	}
	for _, part := range parts {
		if err := w.draft.Set(item+part.key, given[part.key], answers.Question); err != nil {
			return err
		}
	}
	return nil
}

// putUnsafe asks whether unsafe choices are kept, and for the reason for telemetry in
// plaintext where that is missing. The other choices are made by --set.
func (w *wizard) putUnsafe(ctx context.Context, q question, back bool) error {
	if a := w.draft.Current(); len(a.Unsafe) > 0 && !lacksReason(a) {
		keep, err := w.ask.Confirm(ctx, prompt{
			ID: "unsafe.keep", Message: "Keep allowing " + summary(w.draft, q.path), Default: "yes", Back: back,
			Help: "More are allowed by --set unsafe.0.choice=… and --set unsafe.0.reason=….",
		})
		if err != nil || keep {
			return err
		}
		if err := w.draft.Set(q.path, "", answers.Question); err != nil {
			return err
		}
	}
	if !lacksReason(w.draft.Current()) {
		return nil
	}
	item := "unsafe." + strconv.Itoa(len(w.draft.Current().Unsafe)) + "."
	why, err := w.ask.Input(ctx, prompt{
		ID: "unsafe.reason", Message: "Why may telemetry leave in plaintext", Back: back,
		Help: "Anyone between the service and the collector can read it; the reason stands in mintwright.yaml.",
		Check: func(v string) error {
			if strings.TrimSpace(v) == "" {
				return errors.New("give a reason, or go back and choose TLS")
			}
			return w.draft.Check(item+"reason", v)
		},
	})
	if err != nil {
		return err
	}
	return errors.Join(
		w.draft.Set(item+"choice", plaintext, answers.Question),
		w.draft.Set(item+"reason", why, answers.Question),
	)
}

// The choices of the review page that are no answers.
const (
	reviewWrite = "\x00write"
	reviewQuit  = "\x00quit"
)

// review shows every answer with its origin until the person has the files written. Any of
// the answers can be opened again.
func (w *wizard) review(ctx context.Context, asked []question) error {
	for {
		choices, start, err := w.page()
		if err != nil {
			return err
		}
		chosen, err := w.ask.Select(ctx, prompt{
			ID: "review", Message: "Is this right", Help: "Choose an answer to change it.",
			Options: choices, Default: start, Back: w.first(asked) >= 0,
		})
		switch {
		case errors.Is(err, errBack):
			last := lastOf(asked, w.applies)
			err = w.round(ctx, asked[last:last+1])
		case err != nil:
		case chosen == reviewWrite:
			return nil
		case chosen == reviewQuit:
			return errInterrupted
		default:
			err = w.reopen(ctx, chosen)
		}
		if err != nil && !errors.Is(err, errBack) {
			return err
		}
	}
}

func lastOf(list []question, is func(question) bool) int {
	for i, q := range slices.Backward(list) {
		if is(q) {
			return i
		}
	}
	return 0
}

// reopen puts the question of path again; back leads to the review page.
func (w *wizard) reopen(ctx context.Context, path string) error {
	if file, locked := w.draft.Locked(path); locked {
		w.ask.Note(path + " is locked by " + file)
		return nil
	}
	i := slices.IndexFunc(questions(), func(q question) bool { return q.path == path })
	return w.put(ctx, questions()[i], true)
}

// page is the review page. What is wrong is noted above it, and then nothing can be written.
func (w *wizard) page() (choices []option, start string, err error) {
	var rows []option
	for _, q := range questions() {
		if !w.applies(q) {
			continue
		}
		origin := w.draft.Origin(q.path).String()
		if file, locked := w.draft.Locked(q.path); locked {
			origin = "locked by " + file
		}
		rows = append(rows, option{Value: q.path, Label: fmt.Sprintf("%s: %s", q.message, oneLine(summary(w.draft, q.path))), Note: origin})
	}
	quit := option{Value: reviewQuit, Label: "quit", Note: "writes nothing"}
	a, err := w.draft.Answers()
	if err != nil {
		faults := answers.Faults(err)
		if len(faults) == 0 {
			return nil, "", err
		}
		for _, f := range faults {
			w.ask.Note("  " + oneLine(f.Error()))
		}
		return append(rows, quit), rows[0].Value, nil
	}
	files, err := w.render(a)
	if err != nil {
		return nil, "", err
	}
	write := option{Value: reviewWrite, Label: fmt.Sprintf("write %s to %s", countFiles(len(files)), w.place(a.Name))}
	return slices.Concat([]option{write}, rows, []option{quit}), reviewWrite, nil
}

// summary is an answer in a few words.
func summary(d *answers.Draft, path string) string {
	var parts []string
	switch path {
	case "calls":
		for _, c := range d.Current().Calls {
			parts = append(parts, c.Name)
		}
	case "unsafe":
		for _, u := range d.Current().Unsafe {
			parts = append(parts, fmt.Sprintf("%s (%s)", u.Choice, u.Reason))
		}
	default:
		parts = append(parts, d.Value(path))
	}
	if v := strings.Join(parts, ", "); v != "" {
		return v
	}
	return "none"
}
