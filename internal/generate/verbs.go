package generate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/tree"
)

// A verb is one of the generators.
type verb struct {
	name string
	bind func(*job)
}

// job is one directive on its way.
type job struct {
	Directive
	mode   Mode
	flags  *pflag.FlagSet
	module string // the folder of go.mod, absolute

	// One of the two makes the output: from a Go package, or from other files.
	typed func(*source.Package) ([]tree.File, error)
	plain func(context.Context, Options) ([]output, error)

	warnings []*fault.Fault

	reads reads                 // what plain has read, as far as it is known
	state func(*records) string // what else the output depends on; "" when that is not known
}

// output is files below a folder.
type output struct {
	dir   string // absolute
	files []tree.File
}

// verbs returns the generators, in the order of their names.
func verbs() []verb {
	return []verb{
		{"attrs", bindAttrs},
		{"client", bindClient},
		{"proto", bindProto},
		{"trace", bindTrace},
	}
}

// Flags adds all flags of a verb, and reads those that all verbs have into m. What the others
// say Make reads from a directive itself.
func Flags(name string, f *pflag.FlagSet, m *Mode) {
	j := &job{flags: f}
	for _, v := range verbs() {
		if v.name == name {
			v.bind(j)
		}
	}
	m.Flags(f)
}

// newJob reads the flags of a directive.
func newJob(d Directive, list []verb) (*job, error) {
	j := &job{Directive: d}
	j.flags = pflag.NewFlagSet(d.Args[0], pflag.ContinueOnError)
	j.flags.SortFlags = false
	j.flags.Usage = func() {}
	for _, v := range list {
		if v.name == d.Args[0] {
			v.bind(j)
		}
	}
	if j.typed == nil && j.plain == nil {
		return nil, d.fault(fmt.Sprintf("gen has no generator %q", d.Args[0]), "see gen --help")
	}
	j.mode.Flags(j.flags)
	err := j.flags.Parse(TwoDashes(d.Args[1:]))
	switch {
	case err != nil:
		return nil, j.misused(err)
	case j.typed != nil && j.flags.NArg() > 0:
		return nil, d.fault(fmt.Sprintf("argument %q is one too many", j.flags.Arg(0)), "take it away; gen "+d.Args[0]+" has flags alone")
	}
	return j, nil
}

// misused says which flag was probably meant.
func (j *job) misused(err error) error {
	see := fmt.Sprintf("see gen %s --help", j.Args[0])
	if errors.Is(err, pflag.ErrHelp) {
		return j.fault("it asks for help, and makes nothing", "take --help away")
	}
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return j.fault(err.Error(), see)
	}
	got := unknown.GetSpecifiedName()
	if short := unknown.GetSpecifiedShortnames(); short != "" {
		got, _, _ = strings.Cut(short, "=")
	}
	var known []string
	j.flags.VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	if near := names.Nearest(got, known); near != "" {
		return j.fault(err.Error(), fmt.Sprintf("did you mean -%s?", near))
	}
	return j.fault(err.Error(), see)
}
