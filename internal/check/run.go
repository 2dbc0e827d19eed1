package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/mintwright/mintwright/generators/answers"
)

// AnswersFile is the file that makes a folder a service's.
const AnswersFile = "mintwright.yaml"

// ErrNoService is the error of Open for a folder without mintwright.yaml.
var ErrNoService = errors.New("holds no service")

// Open returns the service in a folder, which the caller closes. What is wrong with its answers
// is in Service.Faulty, and no error.
func Open(dir string) (*Service, *os.Root, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	s := &Service{FS: Below(root), Folder: dir}
	content, err := s.Read(AnswersFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		root.Close()
		return nil, nil, ErrNoService
	case err != nil:
		s.Faulty = err
	default:
		s.Answers, s.Faulty = answers.Parse(AnswersFile, content)
	}
	return s, root, nil
}

// Report is what the areas have found of a service.
type Report struct {
	Service string // its name, "" when that could not be read
	Release string // of gen
	Areas   []Judged
}

// Judged is what one area has found, sorted.
type Judged struct {
	Area
	Results   []Result
	Unchecked []Unchecked
	Err       error // why the area as a whole could not be judged
}

// Run asks the areas, some at a time, and returns what they say in their order. It fails with the
// context's error alone.
func Run(ctx context.Context, s *Service, areas []Area) (Report, error) {
	r := Report{Service: s.Answers.Name, Release: s.Release, Areas: make([]Judged, len(areas))}
	var wg sync.WaitGroup
	slots := make(chan struct{}, max(2, runtime.GOMAXPROCS(0))) // the first waits for go
	for i, area := range areas {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			r.Areas[i] = judge(ctx, s, area)
		})
	}
	wg.Wait()
	return r, ctx.Err()
}

func judge(ctx context.Context, s *Service, area Area) (j Judged) {
	j.Area = area
	switch {
	case ctx.Err() != nil:
		j.Err = ctx.Err()
		return j
	case s.Faulty != nil && !area.Alone:
		j.Unchecked = []Unchecked{{Area: area.Name, What: All, Why: "mintwright.yaml could not be read"}}
		return j
	}
	defer func() {
		if p := recover(); p != nil { // a bug of ours, met with what nobody foresaw
			j.Results, j.Unchecked, j.Err = nil, nil, fmt.Errorf("gen gave up on something unusual: %v", p)
		}
	}()
	results, unchecked, err := area.Check(ctx, s)
	j.Results, j.Unchecked, j.Err = Sort(results), SortUnchecked(unchecked), onOneLine(err)
	return j
}

// onOneLine returns several errors that were joined as one of one line, which has each of them once.
func onOneLine(err error) error {
	if err == nil || !strings.Contains(err.Error(), "\n") {
		return err
	}
	lines := strings.Split(err.Error(), "\n")
	slices.Sort(lines)
	return &joinedError{err, strings.Join(slices.Compact(lines), "; ")}
}

type joinedError struct {
	error
	text string
}

func (e *joinedError) Error() string { return e.text }
func (e *joinedError) Unwrap() error { return e.error }

// Findings returns what must be mended, by area.
func (r *Report) Findings() []Result { return r.of(Finding) }

// Notes returns what should be known, by area.
func (r *Report) Notes() []Result { return r.of(Note) }

func (r *Report) of(s Severity) []Result {
	var list []Result
	for _, a := range r.Areas {
		list = append(list, a.of(s)...)
	}
	return list
}

func (j *Judged) of(s Severity) []Result {
	var list []Result
	for _, one := range j.Results {
		if one.Severity == s {
			list = append(list, one)
		}
	}
	return list
}

// Unchecked returns what was not looked at, by area, also areas that could not be judged.
func (r *Report) Unchecked() []Unchecked {
	var list []Unchecked
	for _, a := range r.Areas {
		list = append(list, a.unchecked()...)
	}
	return list
}

func (j *Judged) unchecked() []Unchecked {
	list := j.Unchecked
	if j.Err != nil {
		list = append([]Unchecked{{Area: j.Name, What: All, Why: j.Err.Error()}}, list...)
	}
	return list
}

// Failed reports whether an area could not be judged.
func (r *Report) Failed() bool {
	for _, a := range r.Areas {
		if a.Err != nil {
			return true
		}
	}
	return false
}
