package fault

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFact(t *testing.T) {
	for _, c := range []struct {
		fault Fault
		want  string
	}{
		{Fault{File: "a.go", Line: 3, Column: 5, Problem: "it is no interface", Remedy: "name one"}, "a.go:3:5: it is no interface; name one"},
		{Fault{File: "a.go", Line: 3, Problem: "it is no interface"}, "a.go:3: it is no interface"},
		{Fault{File: "a.go", Problem: "it is empty", Remedy: "write something"}, "a.go: it is empty; write something"},
		{Fault{Problem: "there is no module", Remedy: "make one"}, "there is no module; make one"},
	} {
		if got := c.fault.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestAll(t *testing.T) {
	a, b, c := &Fault{Problem: "a"}, &Fault{Problem: "b"}, &Fault{Problem: "c"}
	other := errors.New("the disk is full")
	for _, x := range []struct {
		about string
		err   error
		want  []*Fault
	}{
		{"nothing", nil, nil},
		{"one", a, []*Fault{a}},
		{"wrapped", fmt.Errorf("loading: %w", a), []*Fault{a}},
		{"several", errors.Join(a, b), []*Fault{a, b}},
		{"several of several", errors.Join(errors.Join(a, b), c), []*Fault{a, b, c}},
		{"several, wrapped", fmt.Errorf("loading: %w", errors.Join(a, b)), []*Fault{a, b}},
		{"another", other, nil},
		{"with another", errors.Join(a, other, b), nil},
		{"with another, deep", errors.Join(a, errors.Join(b, other)), nil},
		{"with another, wrapped", fmt.Errorf("loading: %w", errors.Join(a, other)), nil},
	} {
		if diff := cmp.Diff(x.want, All(x.err)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", x.about, diff)
		}
	}
}
