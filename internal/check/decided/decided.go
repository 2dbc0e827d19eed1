// Package decided is the area "answers" of gen check: whether mintwright.yaml can be read, and
// what it allows that is unsafe.
package decided

import (
	"context"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/check"
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
)

// Area returns the area.
func Area() check.Area {
	return check.Area{
		Name: "answers", Summary: "mintwright.yaml, and what it allows that is unsafe",
		Rules: []check.Rule{invalid, unsafe}, Alone: true,
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
	lines := lines(s)
	for i, u := range s.Answers.Unsafe {
		results = append(results, unsafe.At(check.AnswersFile, lines[i], "%s is allowed: %s", u.Choice, strings.TrimSuffix(u.Reason, ".")))
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

// lines returns where the unsafe choices stand; 0 for one that is not found.
func lines(s *check.Service) []int {
	lines := make([]int, len(s.Answers.Unsafe))
	content, err := s.Read(check.AnswersFile)
	if err != nil {
		return lines
	}
	roots, err := check.Parse(content)
	if err != nil || len(roots) == 0 {
		return lines
	}
	for i := range lines {
		if n := check.Lookup(roots[0], "unsafe", strconv.Itoa(i), "choice"); n != nil && n.Value == s.Answers.Unsafe[i].Choice {
			lines[i] = n.Line
		}
	}
	return lines
}
