// Package decided is the area "answers" of gen check: whether mintwright.yaml can be read, and
// what it allows that is unsafe.
package decided

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

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
	content, err := s.Read(check.AnswersFile)
	lines := linesOf(content)
	var results []check.Result
	for i, u := range s.Answers.Unsafe {
		line := lines("unsafe", strconv.Itoa(i), "choice")
		results = append(results, unsafe.At(check.AnswersFile, line, "%s is allowed: %s", u.Choice, strings.TrimSuffix(u.Reason, ".")))
	}
	if s.Answers.Deploy.Namespace == "default" {
		results = append(results, namespace.At(check.AnswersFile, lines("deploy", "namespace"), "the service shares the namespace default with whatever lies there"))
	}
	if err != nil { // it has gone since it was read
		return results
	}
	return append(results, changes(s, content, lines)...)
}

// linesOf returns what tells where an answer stands in content, 0 for one that is not found.
func linesOf(content []byte) func(path ...string) int {
	var root *yaml.Node
	if roots, err := check.Parse(content); err == nil && len(roots) > 0 {
		root = roots[0]
	}
	return func(path ...string) int {
		if n := check.Lookup(root, path...); n != nil {
			return n.Line
		}
		return 0
	}
}

// changes are the answers in content that differ from those in the snapshot, which the service was
// made of. Callers and calls are left out: areas that know what follows from them compare them. A
// snapshot that cannot be read says nothing: the area lock tells of it.
func changes(s *check.Service, content []byte, lines func(path ...string) int) []check.Result {
	packed, err := s.Read(snapshot.Path)
	if err != nil {
		return nil
	}
	pristine, err := snapshot.Unpack(packed)
	if err != nil {
		return nil
	}
	before, found := pristine.Lookup(check.AnswersFile)
	if !found || bytes.Equal(before.Content, content) {
		return nil
	}
	then, now := answers.NewDraft(), answers.NewDraft()
	if then.Read(check.AnswersFile, before.Content) != nil || now.Read(check.AnswersFile, content) != nil {
		return nil
	}
	var results []check.Result
	for _, f := range answers.Fields() {
		if strings.Contains(f.Path, "*") || f.Path == "identity.callers" {
			continue
		}
		if old, text := then.Value(f.Path), now.Value(f.Path); old != text {
			line := lines(strings.Split(f.Path, ".")...)
			results = append(results, changed.At(check.AnswersFile, line, "%s is %q, and the service was made with %q", f.Path, text, old))
		}
	}
	return results
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
