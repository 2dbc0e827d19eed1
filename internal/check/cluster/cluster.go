// Package cluster is the area "cluster" of gen check: whether what is applied to a cluster holds
// together, and keeps the service as safe there as it was made.
//
// The chart is rendered for each of its values files, by helm where it is on PATH and otherwise by
// package chart, and its objects are judged with those beside it below deploy/. What they must be
// is said by Pod Security "restricted", by Kubernetes' own rules for names and selectors, and by
// mintwright.yaml: whom the service calls, who calls it, who it is. Kinds of objects that are not
// known are left alone. Nothing is applied, and no cluster is asked.
package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/chart"
	"github.com/mintwright/mintwright/internal/check"
)

const (
	area     = "cluster"
	chartDir = "deploy/chart"
)

// Area returns the area.
func Area() check.Area {
	return check.Area{
		Name: area, Summary: "the chart as it renders, and the policies beside it", Rules: rules(),
		Check: func(ctx context.Context, s *check.Service) ([]check.Result, []check.Unchecked, error) {
			j := newJudge(ctx, s)
			err := j.judge()
			return j.results(), j.unchecked, err
		},
	}
}

// judge collects what is found in a service.
type judge struct {
	ctx       context.Context // of one call of Check
	s         *check.Service
	unchecked []check.Unchecked

	files map[string]chart.Document // values files, by name
	views []*view
	said  map[check.Result][]string // and with which values
	order []check.Result
}

func newJudge(ctx context.Context, s *check.Service) *judge {
	return &judge{ctx: ctx, s: s, said: map[check.Result][]string{}, files: map[string]chart.Document{}}
}

// view is the chart as it renders with one set of values.
type view struct {
	j          *judge
	file       string // the values file's name; "values.yaml" for the chart's own values alone
	production bool
	values     map[string]any
	objects    []*object
	partial    bool // a template was skipped, so what is missing may be there
}

func (j *judge) skip(what, format string, args ...any) {
	j.unchecked = append(j.unchecked, check.Unchecked{Area: area, What: what, Why: fmt.Sprintf(format, args...)})
}

// say adds a result about a file of the service.
func (j *judge) say(r check.Rule, file string, line int, format string, args ...any) {
	j.add(r.At(file, line, format, args...), "")
}

func (j *judge) add(r check.Result, values string) {
	r.Message = strings.Join(strings.Fields(r.Message), " ")
	if _, ok := j.said[r]; !ok {
		j.order = append(j.order, r)
	}
	if !slices.Contains(j.said[r], values) {
		j.said[r] = append(j.said[r], values)
	}
}

// say adds a result about what stands at a path of an object.
func (v *view) say(r check.Rule, o *object, path []any, format string, args ...any) {
	v.add(r.At(v.j.template(o), o.line(path...), o.title()+": "+format, args...))
}

// atValue returns a result about a value: where the values file has it, else the chart's own.
func (v *view) atValue(r check.Rule, path []any, format string, args ...any) check.Result {
	for _, name := range []string{v.file, "values.yaml"} {
		if line, has := v.j.lineOfValue(name, path); has || name == "values.yaml" {
			return r.At(chartDir+"/"+name, line, format, args...)
		}
	}
	return r.At(chartDir, 0, format, args...)
}

// lineOfValue returns the line of a value in a values file, or of what is nearest to it, and
// whether it is there.
func (j *judge) lineOfValue(name string, path []any) (int, bool) {
	doc, ok := j.files[name]
	if !ok {
		content, err := j.s.Read(chartDir + "/" + name)
		if err == nil {
			if docs := chart.Documents(string(content)); len(docs) == 1 {
				doc = docs[0]
			}
		}
		j.files[name] = doc
	}
	at := doc.Value
	for _, step := range path {
		m, isMap := at.(map[string]any)
		key, isKey := step.(string)
		index, isIndex := step.(int)
		switch list := listOf(at); {
		case isMap && isKey && hasKey(m, key):
			at = m[key]
		case isIndex && 0 <= index && index < len(list):
			at = list[index]
		default:
			return chart.LineOf(doc.Root, path...), false
		}
	}
	return chart.LineOf(doc.Root, path...), doc.Root != nil
}

func (v *view) add(r check.Result) { v.j.add(r, v.file) }

// template is the file that an object comes from.
func (j *judge) template(o *object) string {
	if o.Template == "" {
		return chartDir
	}
	return path.Join(chartDir, o.Template)
}

// results are what was found. What only some values files lead to says which.
func (j *judge) results() []check.Result {
	var list []check.Result
	for _, r := range j.order {
		files := j.said[r]
		if len(files) < len(j.views) && files[0] != "" {
			r.Message += " (with " + strings.Join(files, ", ") + ")"
		}
		list = append(list, r)
	}
	return list
}

func (j *judge) judge() error {
	if err := j.chart(); err != nil {
		return err
	}
	for _, v := range j.views {
		v.judge()
	}
	return errors.Join(j.besides(), j.ctx.Err())
}

// chart renders the chart, and judges it as far as it is no object.
func (j *judge) chart() error {
	c, err := chart.Load(j.s.FS, chartDir)
	if fault, ok := errors.AsType[*chart.Error](err); ok {
		j.fault(fault, "")
		return nil
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, chart.ErrNoChart):
		j.say(missing, chartDir, 0, "there is no chart")
		return nil
	case err != nil: // also of what is too large: a chart that nobody looked at is not fit for a push
		return err
	}
	j.metadata(c)
	return j.render(c)
}

// fault reports that the chart cannot be used.
func (j *judge) fault(e *chart.Error, values string) {
	file := chartDir
	if e.File != "" {
		file = path.Join(chartDir, e.File)
	}
	r := broken.At(file, e.Line, "%s", strings.TrimSuffix(e.Message, "."))
	if e.Hint != "" {
		r = r.Do("%s", e.Hint)
	}
	j.add(r, values)
}

// metadata is about Chart.yaml.
func (j *judge) metadata(c *chart.Chart) {
	file := path.Join(chartDir, "Chart.yaml")
	for _, key := range []string{"version", "appVersion"} {
		given, ok := c.Metadata[key]
		if !ok && key == "appVersion" {
			continue
		}
		s, isText := given.(string)
		if _, err := chart.ParseVersion(s); err != nil || !isText || strings.Count(strings.SplitN(s, "-", 2)[0], ".") != 2 {
			j.say(version, file, 0, "%s is %s, which is no semantic version", key, shown(given))
		}
	}
}

// valuesFiles returns the names of the values files beside values.yaml, sorted.
func (j *judge) valuesFiles() ([]string, error) {
	entries, err := fs.ReadDir(j.s.FS, chartDir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, "values-") && check.HasExt(name, ".yaml", ".yml") && j.s.Has(path.Join(chartDir, name)) {
			names = append(names, name)
		}
	}
	if len(names) > maxValuesFiles {
		j.skip(names[maxValuesFiles], "there are more than %d values files", maxValuesFiles)
		names = names[:maxValuesFiles]
	}
	return names, nil
}

const maxValuesFiles = 12

// of returns the objects of a kind of an API group, in the order of their names.
func (v *view) of(group string, kinds ...string) []*object {
	var list []*object
	for _, o := range v.objects {
		for _, kind := range kinds {
			if o.is(group, kind) {
				list = append(list, o)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b *object) int { return cmp.Compare(a.name, b.name) })
	return list
}

// pods returns all that makes pods, or is one.
func (v *view) pods() []pod {
	var list []pod
	for _, o := range v.objects {
		if p, ok := podOf(o); ok {
			list = append(list, p)
		}
	}
	return list
}
