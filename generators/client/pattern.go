package client

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// pattern is what //gen:http says.
type pattern struct {
	text     string // as net/http takes it
	method   string
	segments []segment
	slash    bool // the path ends in one
}

// segment is one of a path: a literal, or a wildcard.
type segment struct {
	literal string // decoded
	name    string // of a wildcard
	rest    bool   // the wildcard stands for all that follows
}

func methods() []string { return []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} }

// parsePattern reads the text of //gen:http. net/http has the last word on what is well formed.
func parsePattern(text string) (*pattern, error) {
	words := strings.Fields(text)
	if len(words) != 2 {
		return nil, fmt.Errorf("%q is not a method and a path", text)
	}
	p := &pattern{text: words[0] + " " + words[1], method: words[0]}
	if !slices.Contains(methods(), p.method) {
		return nil, fmt.Errorf("%q is none of %s", p.method, strings.Join(methods(), ", "))
	}
	if !strings.HasPrefix(words[1], "/") {
		return nil, fmt.Errorf("the path %q does not begin with a slash: the client knows the address", words[1])
	}
	if err := register(http.NewServeMux(), p.text); err != nil {
		return nil, malformed(err.Error())
	}
	p.split(words[1])
	for _, s := range p.segments {
		if parts := strings.Split(s.literal, "/"); s.name == "" && (slices.Contains(parts, ".") || slices.Contains(parts, "..")) {
			return nil, fmt.Errorf("the path %q has a dot segment", words[1])
		}
	}
	return p, nil
}

func (p *pattern) split(text string) {
	text, p.slash = strings.CutSuffix(strings.TrimSuffix(text, "{$}"), "/")
	for part := range strings.SplitSeq(strings.TrimPrefix(text, "/"), "/") {
		var s segment
		if name, ok := strings.CutPrefix(part, "{"); ok {
			s.name, s.rest = strings.CutSuffix(strings.TrimSuffix(name, "}"), "...")
		} else if s.literal = part; strings.Contains(part, "%") {
			if literal, err := url.PathUnescape(part); err == nil { // else net/http takes it as it is
				s.literal = literal
			}
		}
		if s != (segment{}) {
			p.segments = append(p.segments, s)
		}
	}
}

// wildcards returns the names of the wildcards.
func (p *pattern) wildcards() []string {
	var list []string
	for _, s := range p.segments {
		if s.name != "" {
			list = append(list, s.name)
		}
	}
	return list
}

// path is the path of a pattern without wildcards, escaped.
func (p *pattern) path() string {
	var b strings.Builder
	for _, s := range p.segments {
		b.WriteString("/" + url.PathEscape(s.literal))
	}
	if p.slash {
		b.WriteByte('/')
	}
	return b.String()
}

// register makes a pattern known to mux, which panics where it does not like it.
func register(mux *http.ServeMux, text string) (err error) {
	defer func() {
		if said := recover(); said != nil {
			err = fmt.Errorf("%v", said)
		}
	}()
	mux.Handle(text, http.NotFoundHandler())
	return nil
}

// patternError says where a pattern is malformed.
type patternError struct {
	offset  int // in the text of the pattern
	problem string
}

func (e *patternError) Error() string { return e.problem }

// malformed takes what net/http says of a pattern apart: parsing "GET x": at offset 4: problem.
func malformed(said string) error {
	e := &patternError{problem: said}
	if before, after, ok := strings.Cut(said, ": at offset "); ok && strings.HasPrefix(before, "parsing ") {
		digits, problem, _ := strings.Cut(after, ": ")
		e.problem = problem
		e.offset, _ = strconv.Atoi(digits) // or the beginning
	}
	return e
}

// areRivals tells whether net/http could not choose between two patterns.
func areRivals(a, b string) bool {
	mux := http.NewServeMux()
	return register(mux, a) == nil && register(mux, b) != nil
}
