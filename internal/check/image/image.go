// Package image is the area "image" of gen check: whether the Dockerfile makes what the cluster
// expects, one static program that runs as a number, on a base without a shell, built from what
// is pinned.
//
// It knows Dockerfiles that somebody has changed, or written anew: what it cannot follow, a
// variable without a value, an unknown base image, it leaves alone. Nothing is built.
package image

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/mintwright/mintwright/internal/check"
)

const (
	area       = "image"
	dockerfile = "Dockerfile"

	// What is beyond is no Dockerfile that somebody wrote.
	maxBytes        = 256 << 10
	maxStages       = 64
	maxInstructions = 2000
)

// Area returns the area.
func Area() check.Area {
	return check.Area{
		Name: area, Summary: "the Dockerfile and what reaches the builder", Rules: rules(), Alone: true,
		Check: func(_ context.Context, s *check.Service) ([]check.Result, []check.Unchecked, error) {
			j := &judge{Told: check.Told{Area: area}, s: s}
			err := j.judge()
			return j.Results, j.Unchecked, err
		},
	}
}

type judge struct {
	check.Told
	s *check.Service

	file    file
	stages  []*stage
	globals map[string]string
}

// say adds a result about a line of the Dockerfile.
func (j *judge) say(r check.Rule, line int, format string, args ...any) {
	j.Say(r.At(dockerfile, line, format, args...))
}

// sayDo is say with a remedy of its own.
func (j *judge) sayDo(r check.Rule, remedy string, line int, format string, args ...any) {
	j.Say(r.At(dockerfile, line, format, args...).Do("%s", remedy))
}

func (j *judge) judge() error {
	content, err := j.s.Read(dockerfile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		j.say(missing, 0, "there is no Dockerfile")
		return nil
	case err != nil:
		return err
	case len(content) > maxBytes:
		j.Skip(dockerfile, "it has %d bytes, more than %d", len(content), maxBytes)
		return nil
	}
	j.file = parse(content)
	if n := len(j.file.instructions); n > maxInstructions {
		j.Skip(dockerfile, "it has %d instructions, more than %d", n, maxInstructions)
		return nil
	}
	j.stages, j.globals = j.file.stages(), j.file.globals()
	switch {
	case j.file.problem != "":
		j.say(invalid, j.file.at, "%s", j.file.problem)
		return nil
	case len(j.stages) == 0:
		j.say(invalid, 0, "it has no FROM")
		return nil
	case len(j.stages) > maxStages:
		j.Skip(dockerfile, "it has %d stages, more than %d", len(j.stages), maxStages)
		return nil
	}
	final := j.stages[len(j.stages)-1]
	j.images()
	j.builds()
	j.steps()
	j.final(final)
	j.labels(final)
	j.ports(final)
	j.context()
	return nil
}

// quoted is a word of the Dockerfile in a message: short, on one line.
func quoted(word string) string {
	const most = 60
	if runes := []rune(word); len(runes) > most {
		word = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", word)
}
