// Package decided is the area "answers" of gen check: whether mintwright.yaml can be read, and
// what it allows that is unsafe.
package decided

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/snapshot"
)

var (
	invalid = check.Rule{
		ID: "answers.invalid", Severity: check.Finding,
		Summary: "mintwright.yaml breaks a rule of its own",
		Why:     "The service's shape is decided there. Until it can be read, what follows from it is not judged.",
		Remedy:  "correct it; .mintwright/schema.json tells an editor what it may hold",
	}
	unsafe = check.Rule{
		ID: "answers.unsafe", Severity: check.Note,
		Summary: "mintwright.yaml allows something unsafe, for the reason given there",
		Why:     "What weakens a service is chosen in the open: it stands under unsafe, and is shown until it is gone.",
		Remedy:  "drop it from unsafe as soon as the reason is gone",
	}
	changed = check.Rule{
		ID: "answers.changed", Severity: check.Note,
		Summary: "mintwright.yaml says something else than the service was made of",
		Why:     "Nothing is made again when an answer is changed: the files are still those of the old one.",
		Remedy:  "make the change in the files too: gen new --answers mintwright.yaml --no-git --dir ../as-it-would-be shows them",
	}
	namespace = check.Rule{
		ID: "answers.namespace", Severity: check.Note,
		Summary: "the namespace is default",
		Why:     "Pod Security labels and admission policies hold for everything in a namespace, and default is where others lie too.",
		Remedy:  "give the service a namespace of its own (deploy.namespace) before it is first deployed: it is part of its SPIFFE ID",
	}
)

// Area returns the area.
func Area() check.Area {
	return check.Area{
		Name: "answers", Summary: "mintwright.yaml, and what it allows that is unsafe",
		Rules: []check.Rule{invalid, unsafe, changed, namespace}, Alone: true,
		Check: func(_ context.Context, s *check.Service) ([]check.Result, []check.Unchecked, error) {
			return judge(s), nil, nil
		},
	}
}

func judge(s *check.Service) []check.Result {
	if s.Faulty != nil {
		return faults(s.Faulty)
	}
	var results []check.Result
	for i, u := range s.Answers.Unsafe {
		line := lineOf(s, "unsafe", strconv.Itoa(i), "choice")
		results = append(results, unsafe.At(check.AnswersFile, line, "%s is allowed: %s", u.Choice, strings.TrimSuffix(u.Reason, ".")))
	}
	if s.Answers.Deploy.Namespace == "default" {
		results = append(results, namespace.At(check.AnswersFile, lineOf(s, "deploy", "namespace"), "the service shares the namespace default with whatever lies there"))
	}
	return append(results, changes(s)...)
}

// changes are the answers that differ from those in the snapshot, which the service was made of.
// Callers and calls are left out: areas that know what follows from them compare them. A snapshot
// that cannot be read says nothing: the area lock tells of it.
func changes(s *check.Service) []check.Result {
	packed, err := s.Read(snapshot.Path)
	if err != nil {
		return nil
	}
	pristine, err := snapshot.Unpack(packed)
	if err != nil {
		return nil
	}
	before, found := pristine.Lookup(check.AnswersFile)
	now, err := s.Read(check.AnswersFile)
	if !found || err != nil || bytes.Equal(before.Content, now) {
		return nil
	}
	then, after := answers.NewDraft(), answers.NewDraft()
	if then.Read(check.AnswersFile, before.Content) != nil || after.Read(check.AnswersFile, now) != nil {
		return nil
	}
	var results []check.Result
	for _, f := range answers.Fields() {
		if strings.Contains(f.Path, "*") || f.Path == "identity.callers" {
			continue
		}
		if old, text := then.Value(f.Path), after.Value(f.Path); old != text {
			line := lineOf(s, strings.Split(f.Path, ".")...)
			results = append(results, changed.At(check.AnswersFile, line, "%s is %q, and the service was made with %q", f.Path, text, old))
		}
	}
	return results
}

// lineOf returns where an answer stands, 0 when it is not found.
func lineOf(s *check.Service, path ...string) int {
	content, err := s.Read(check.AnswersFile)
	if err != nil {
		return 0
	}
	roots, err := check.Parse(content)
	if err != nil || len(roots) == 0 {
		return 0
	}
	if n := check.Lookup(roots[0], path...); n != nil {
		return n.Line
	}
	return 0
}

func faults(err error) []check.Result {
	list := answers.Faults(err)
	if list == nil {
		return []check.Result{invalid.At(check.AnswersFile, 0, "%v", err)}
	}
	var results []check.Result
	for _, f := range list {
		message := f.Problem
		if f.Field != "" {
			message = f.Field + ": " + message
		}
		results = append(results, invalid.At(check.AnswersFile, f.Line, "%s", message).Do("%s", f.Remedy))
	}
	return results
}
