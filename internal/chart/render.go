package chart

import (
	"context"
	"errors"
	"fmt"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"go.yaml.in/yaml/v3"
)

const (
	maxOutput   = 8 << 20 // bytes of what one template prints
	maxSteps    = 1_000_000
	maxIncludes = 1000 // of one name within itself, as in Helm
	maxFrames   = 5000 // of the stack
	maxNesting  = 200  // of actions in a template
	maxTpl      = 256 << 10
	maxTime     = 20 * time.Second // when the context has no deadline of its own
)

// Rendering is what a chart gives for one set of values.
type Rendering struct {
	Manifests []Manifest // by template, in the order of its documents
	Notes     string     // of NOTES.txt
	Skipped   []Skipped
}

// Skipped is a template, or a part of a chart, that was not rendered.
type Skipped struct {
	Name string // slash path below the chart, or what it is
	Why  string
}

// Manifest is one document that a template gives.
type Manifest struct {
	Template string         // slash path below the chart; "" when it is not known
	Object   map[string]any // nil with Err
	Content  string
	Twice    []Twice // keys that are there more than once
	Err      *Error  // the document is no object; its place is in the template

	root  *yaml.Node
	lines []int // the template's line for each line of the output; nil when it is not known
}

// Line returns the line of the template that what stands at a path of keys and indices comes
// from, as far as that can be told; 0 when it cannot.
func (m *Manifest) Line(path ...any) int { return templateLine(m.lines, LineOf(m.root, path...)) }

// LineOfTwice returns the line of the template that a key comes from that is there twice.
func (m *Manifest) LineOfTwice(t Twice) int { return templateLine(m.lines, t.Line) }

func templateLine(lines []int, line int) int {
	if line < 1 || line > len(lines) {
		return 0
	}
	return lines[line-1]
}

// Values returns the values that a chart is rendered with: its own, and over them those of
// files, of which a later one wins. Mappings are merged, all else is replaced, and a null takes
// the chart's value away. Nothing of the arguments is shared with the result.
func (c *Chart) Values(files ...map[string]any) map[string]any {
	given := map[string]any{}
	for _, f := range files {
		given = mergeMaps(given, f)
	}
	given, _ = deepCopy(given).(map[string]any)
	own, _ := deepCopy(c.Defaults).(map[string]any)
	for key, value := range own {
		have, there := given[key]
		switch have := have.(type) {
		case nil:
			if there {
				delete(given, key)
			} else if value != nil {
				given[key] = value
				dropNulls(value)
			}
		case map[string]any:
			if src, ok := value.(map[string]any); ok {
				dropNulls(src)
				coalesce(have, src)
			}
		}
	}
	return given
}

func dropNulls(v any) {
	m, ok := v.(map[string]any)
	if !ok {
		return
	}
	for key, value := range m {
		if value == nil {
			delete(m, key)
		} else {
			dropNulls(value)
		}
	}
}

// coalesce adds to given what it does not have; a null of it that stands for a value takes that
// away, any other stays.
func coalesce(given, own map[string]any) {
	for key, value := range own {
		have, there := given[key]
		switch {
		case !there:
			given[key] = value
		case have == nil:
			delete(given, key)
		default:
			g, ok := have.(map[string]any)
			o, isMap := value.(map[string]any)
			if ok && isMap {
				coalesce(g, o)
			}
		}
	}
}

// Render renders the chart with values that Values returned. They are not validated: that is
// what Validate is for.
//
// A template that calls a function which is not known here is skipped. Any other fault ends the
// rendering with an *Error, as in Helm, or with the context's error.
func (c *Chart) Render(ctx context.Context, values map[string]any, release Release) (*Rendering, error) {
	if _, ok := ctx.Deadline(); !ok {
		limited, cancel := context.WithTimeout(ctx, maxTime)
		defer cancel()
		ctx = limited
	}
	own, _ := deepCopy(values).(map[string]any)
	if own == nil {
		own = map[string]any{}
	}
	r := &renderer{chart: c, ctx: ctx, most: maxSteps, unknown: map[string]bool{}, depth: map[string]int{}, texts: map[*byte]place{}, seen: map[*parse.Tree]bool{}}
	top := map[string]any{
		"Chart": c.metadata(), "Files": c.files, "Release": release.values(),
		"Capabilities": release.capabilities(), "Values": own, "Subcharts": map[string]any{},
	}
	if weigh(own) > maxWeight {
		return nil, &Error{Message: "the values are too large", cause: ErrTooLarge}
	}
	if c.KubeVersion != "" {
		if ok, err := Satisfies(c.KubeVersion, release.kubeVersion()); err != nil || !ok {
			return nil, &Error{File: "Chart.yaml", Message: fmt.Sprintf("kubeVersion %q does not take Kubernetes %s", c.KubeVersion, release.kubeVersion()), Hint: "let kubeVersion take the releases that the service runs on", cause: err}
		}
	}
	return r.render(top)
}

// renderer is one rendering.
type renderer struct {
	chart   *Chart
	ctx     context.Context
	unknown map[string]bool // functions that stand in for what is not known
	steps   int
	most    int            // steps
	entered int            // templates and rounds of loops
	depth   map[string]int // of includes, by name
	texts   map[*byte]place
	seen    map[*parse.Tree]bool
	tick    parse.Node
}

// place is where a piece of text stands, and where what follows it is computed.
type place struct {
	file       string
	line, then int
}

func (r *renderer) render(top map[string]any) (*Rendering, error) {
	root := template.New("gotpl").Option("missingkey=zero")
	root.Funcs(r.functions(root))
	names := make([]string, 0, len(r.chart.templates))
	content := map[string]string{}
	for _, f := range r.chart.templates {
		name := path.Join(r.chart.Name, f.name)
		names, content[name] = append(names, name), string(f.content)
	}
	slices.SortFunc(names, func(a, b string) int { // the deepest first, and backwards, as Helm does
		if d := strings.Count(b, "/") - strings.Count(a, "/"); d != 0 {
			return d
		}
		return strings.Compare(b, a)
	})
	for _, name := range names {
		if err := r.parse(root, name, content[name]); err != nil {
			return nil, r.fault(name, err)
		}
	}
	out := &Rendering{}
	for _, part := range r.chart.Unrendered {
		out.Skipped = append(out.Skipped, Skipped{part, "charts within charts are not rendered"})
	}
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		top["Template"] = map[string]any{"Name": name, "BasePath": path.Join(r.chart.Name, "templates")}
		if err := r.execute(root, name, top, out); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out.Manifests, func(a, b Manifest) int { return strings.Compare(a.Template, b.Template) })
	return out, nil
}

func (r *renderer) execute(root *template.Template, name string, top map[string]any, out *Rendering) error {
	below := strings.TrimPrefix(name, r.chart.Name+"/")
	w := &writer{r: r, file: name, line: 1}
	clear(r.depth)
	err := root.ExecuteTemplate(w, name, top)
	if u, ok := errors.AsType[unknownFunction](err); ok {
		out.Skipped = append(out.Skipped, Skipped{below, fmt.Sprintf("the function %s is not known here", string(u))})
		return nil
	}
	if err != nil {
		return r.fault(name, err)
	}
	// Go prints <no value> for what is missing whatever the option says.
	text := strings.ReplaceAll(w.String(), "<no value>", "")
	if strings.HasSuffix(name, "NOTES.txt") {
		if below == "templates/NOTES.txt" {
			out.Notes = text
		}
		return nil
	}
	out.Manifests = append(out.Manifests, manifests(below, text, w.lines)...)
	return nil
}

// manifests reads the documents of one template's output.
func manifests(name, text string, lines []int) []Manifest {
	var list []Manifest
	for _, d := range Documents(text) {
		m := Manifest{Template: name, Content: d.Source, Twice: d.Twice, Err: d.Err, root: d.Root, lines: lines}
		m.Object, _ = d.Value.(map[string]any)
		if m.Err == nil && m.Object == nil {
			m.Err = &Error{Line: d.Line, Message: "a document that is no object"}
		}
		if m.Err != nil {
			failed := *m.Err
			failed.File, failed.Line = name, templateLine(lines, failed.Line)
			m.Err, m.Object = &failed, nil
		}
		list = append(list, m)
	}
	return list
}

// FromHelm reads what helm template printed for the chart: each document with the template that
// it comes from.
func (c *Chart) FromHelm(output string) []Manifest {
	var list []Manifest
	for _, m := range manifests("", output, nil) {
		for line := range strings.Lines(m.Content) {
			if source, ok := strings.CutPrefix(line, "# Source: "); ok {
				m.Template = strings.TrimPrefix(strings.TrimSpace(source), c.Name+"/")
				break
			}
			if strings.TrimSpace(line) != "" {
				break
			}
		}
		if m.Err != nil {
			m.Err.File = m.Template
		}
		list = append(list, m)
	}
	slices.SortStableFunc(list, func(a, b Manifest) int { return strings.Compare(a.Template, b.Template) })
	return list
}

// parse adds a template, with a stand-in for each function that is not known.
func (r *renderer) parse(t *template.Template, name, text string) error {
	for range 1000 {
		_, err := t.New(name).Parse(text)
		if err == nil {
			return r.instrument(t)
		}
		function, ok := undefined(err)
		if !ok {
			return err
		}
		r.unknown[function] = true
		t.Funcs(template.FuncMap{function: func(...any) (any, error) { return nil, unknownFunction(function) }})
	}
	return fmt.Errorf("template: %s:1: too many functions that are not known", name)
}

// undefined returns the name in text/template's error about a function that is not defined.
func undefined(err error) (string, bool) {
	_, after, ok := strings.Cut(err.Error(), `: function "`)
	name, rest, ok2 := strings.Cut(after, `"`)
	return name, ok && ok2 && rest == " not defined" && name != ""
}

type unknownFunction string

func (u unknownFunction) Error() string { return "function " + string(u) + " is not known" }

type refusal string

func (r refusal) Error() string { return string(r) }

// errDeep and errLong are the faults of templates that would not end, or not well.
var (
	errDeep = errors.New("the template calls itself too deep")
	errLong = errors.New("the template takes too many steps")
)

// instrument makes each template and each round of a loop count as a step, so that the context
// can end it, and notes where text stands.
func (r *renderer) instrument(t *template.Template) error {
	if r.tick == nil {
		trees, err := parse.Parse("tick", "{{"+tickName+"}}", "", "", map[string]any{tickName: ""})
		if err != nil {
			return err
		}
		r.tick = trees["tick"].Root.Nodes[0]
	}
	for _, each := range t.Templates() {
		if each.Tree == nil || each.Root == nil || r.seen[each.Tree] {
			continue
		}
		r.seen[each.Tree] = true
		if err := r.visit(each.Tree, each.Root, 0); err != nil {
			return err
		}
		each.Root.Nodes = append([]parse.Node{r.tick}, each.Root.Nodes...)
	}
	return nil
}

const tickName = "__tick"

func (r *renderer) visit(tree *parse.Tree, list *parse.ListNode, depth int) error {
	if list == nil {
		return nil
	}
	if depth > maxNesting {
		return fmt.Errorf("template: %s:1: actions are nested too deep", tree.ParseName)
	}
	for i, n := range list.Nodes {
		var err error
		switch n := n.(type) {
		case *parse.TextNode:
			if len(n.Text) > 0 {
				r.texts[&n.Text[0]] = place{tree.ParseName, lineAt(tree, n), lineOfAction(tree, list.Nodes[i+1:])}
			}
		case *parse.IfNode:
			err = errors.Join(r.visit(tree, n.List, depth+1), r.visit(tree, n.ElseList, depth+1))
		case *parse.WithNode:
			err = errors.Join(r.visit(tree, n.List, depth+1), r.visit(tree, n.ElseList, depth+1))
		case *parse.RangeNode:
			err = errors.Join(r.visit(tree, n.List, depth+1), r.visit(tree, n.ElseList, depth+1))
			if n.List != nil {
				n.List.Nodes = append([]parse.Node{r.tick}, n.List.Nodes...)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lineOfAction returns the line of the action that the nodes begin with; 0 for none.
func lineOfAction(tree *parse.Tree, nodes []parse.Node) int {
	for _, n := range nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				return lineAt(tree, n)
			}
			continue
		case *parse.TemplateNode:
			return lineAt(tree, n)
		case *parse.IfNode:
			return lineOfAction(tree, n.List.Nodes)
		case *parse.WithNode:
			return lineOfAction(tree, n.List.Nodes)
		case *parse.RangeNode:
			return lineOfAction(tree, n.List.Nodes)
		}
		break
	}
	return 0
}

// lineAt returns the line of a node in its file.
func lineAt(tree *parse.Tree, n parse.Node) int {
	location, _ := tree.ErrorContext(n) // file:line:column
	parts := strings.Split(location, ":")
	if len(parts) < 3 {
		return 0
	}
	line, _ := strconv.Atoi(parts[len(parts)-2])
	return line
}

// step fails when the rendering must end.
func (r *renderer) step() error {
	if r.steps++; r.steps > r.most {
		return errLong
	}
	return r.ctx.Err()
}

// enter is the step into a template or a round of a loop: nothing goes deeper without it.
func (r *renderer) enter() error {
	var pc [1]uintptr
	if r.entered++; r.entered%64 == 0 && runtime.Callers(maxFrames, pc[:]) > 0 {
		return errDeep
	}
	return r.step()
}

func (r *renderer) functions(t *template.Template) template.FuncMap {
	all := functions()
	all["required"] = func(message string, v any) (any, error) {
		if s, ok := v.(string); v == nil || ok && s == "" {
			return v, refusal(message)
		}
		return v, nil
	}
	all["fail"] = func(message string) (string, error) { return "", refusal(message) }
	for name, f := range all {
		all[name] = r.bounded(f)
	}
	all[tickName] = func() (string, error) { return "", r.enter() }
	all["include"], all["tpl"] = r.include(t), r.tpl(t)
	return all
}

// bounded makes a call of f a step, and an error of a result that is too large.
func (r *renderer) bounded(f any) any {
	fn := reflect.ValueOf(f)
	t := fn.Type()
	in := make([]reflect.Type, t.NumIn())
	for i := range in {
		in[i] = t.In(i)
	}
	failure := reflect.TypeFor[error]()
	typ := reflect.FuncOf(in, []reflect.Type{t.Out(0), failure}, t.IsVariadic())
	return reflect.MakeFunc(typ, func(args []reflect.Value) []reflect.Value {
		fail := func(err error) []reflect.Value {
			return []reflect.Value{reflect.Zero(t.Out(0)), reflect.ValueOf(&err).Elem()}
		}
		if err := r.step(); err != nil {
			return fail(err)
		}
		var out []reflect.Value
		if t.IsVariadic() {
			out = fn.CallSlice(args)
		} else {
			out = fn.Call(args)
		}
		result := out[0]
		if result.Kind() == reflect.Interface {
			result = result.Elem()
		}
		switch result.Kind() {
		case reflect.String:
			if result.Len() > maxValue {
				return fail(errLarge)
			}
		case reflect.Map, reflect.Slice:
			left := maxWeight + 1
			if lighten(result.Interface(), &left, 0); left <= 0 {
				return fail(errLarge)
			}
		}
		if len(out) == 1 {
			out = append(out, reflect.Zero(failure))
		}
		return out
	}).Interface()
}

func (r *renderer) include(t *template.Template) func(string, any) (string, error) {
	return func(name string, data any) (string, error) {
		if err := r.step(); err != nil {
			return "", err
		}
		if r.depth[name] > maxIncludes {
			return "", errDeep
		}
		r.depth[name]++
		defer func() { r.depth[name]-- }()
		w := &writer{r: r}
		err := t.ExecuteTemplate(w, name, data)
		return w.String(), err
	}
}

func (r *renderer) tpl(parent *template.Template) func(string, any) (string, error) {
	return func(text string, data any) (string, error) {
		if err := r.step(); err != nil {
			return "", err
		}
		if len(text) > maxTpl {
			return "", errLarge
		}
		t, err := parent.Clone()
		if err != nil {
			return "", err
		}
		t.Option("missingkey=zero")
		t.Funcs(template.FuncMap{"include": r.include(t), "tpl": r.tpl(t)})
		if err := r.parse(t, parent.Name(), text); err != nil {
			return "", fmt.Errorf("the text given to tpl: %w", err)
		}
		w := &writer{r: r}
		err = t.ExecuteTemplate(w, parent.Name(), data)
		return strings.ReplaceAll(w.String(), "<no value>", ""), err
	}
}

// writer collects what a template prints, and from which of its lines each line comes.
type writer struct {
	strings.Builder
	r     *renderer
	file  string // whose lines count; "" for none
	line  int    // of the template, where it is
	then  int    // where what follows is computed; 0 when that is not known
	lines []int
}

func (w *writer) Write(p []byte) (int, error) {
	if w.Len()+len(p) > maxOutput {
		return 0, errLarge
	}
	if w.file != "" && len(p) > 0 {
		at, isText := w.r.texts[&p[0]]
		isText = isText && at.file == w.file
		line := w.line
		if isText {
			line, w.then = at.line, at.then
		} else if w.then > line {
			line = w.then
		}
		for _, b := range p {
			if len(w.lines) == 0 {
				w.lines = append(w.lines, line)
			}
			if b == '\n' {
				if isText {
					line++
				}
				w.lines = append(w.lines, line)
			}
		}
		if isText {
			w.line = line
		}
	}
	return w.Builder.Write(p)
}

// fault turns an error of text/template into one with the place where it can be mended: the
// innermost one.
func (r *renderer) fault(name string, err error) error {
	if r.ctx.Err() != nil && errors.Is(err, r.ctx.Err()) {
		return r.ctx.Err()
	}
	e := &Error{File: name, cause: err}
	for err != nil {
		exec, ok := err.(template.ExecError) //nolint:errorlint // one level at a time
		if !ok {
			e.Message = err.Error()
			if inner, ok := errors.AsType[template.ExecError](err); ok {
				err = inner
				continue
			}
			break
		}
		e.place(exec.Error(), r.chart.Name)
		err = errors.Unwrap(exec.Err)
	}
	e.place(e.Message, r.chart.Name)
	if text, ok := errors.AsType[refusal](e.cause); ok {
		e.Message, e.Refused = string(text), true
	}
	e.File = strings.TrimPrefix(e.File, r.chart.Name+"/")
	e.Message = oneLine(e.Message)
	e.Hint = hint(e)
	return e
}

// place takes file, line and message from "template: file:line:column: executing … at <…>: message".
func (e *Error) place(s, chart string) {
	rest, ok := strings.CutPrefix(s, "template: ")
	if !ok {
		return
	}
	location, message, ok := strings.Cut(rest, ": ")
	if !ok {
		return
	}
	parts := strings.Split(location, ":")
	if len(parts) > 1 {
		// What is given to tpl has a name of its own, and stands where tpl is called.
		if line, err := strconv.Atoi(parts[1]); err == nil && strings.HasPrefix(parts[0], chart+"/") {
			e.File, e.Line = parts[0], line
		}
	}
	if strings.HasPrefix(message, "executing ") {
		if _, after, ok := strings.Cut(message, ">: "); ok {
			message = after
		}
	}
	e.Message = message
}

func hint(e *Error) string {
	switch {
	case e.Refused:
		return "set the value that the chart asks for"
	case strings.Contains(e.Message, "nil pointer evaluating"):
		return "set the value in values.yaml, or ask for it with {{ with }}"
	case errors.Is(e.cause, errLarge), errors.Is(e.cause, errDeep), errors.Is(e.cause, errLong):
		return "make the template smaller"
	}
	return "mend the template at this line"
}

// oneLine keeps a message to one line of a bearable length.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 400 {
		s = strings.ToValidUTF8(s[:400], "") + "…"
	}
	return s
}

// Fill executes a text/template that is no chart's, without any functions beside those of the
// package: bounded as a chart's templates are, and with a key that is missing an error.
func Fill(ctx context.Context, source string, data any) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	r := &renderer{ctx: ctx, most: maxSteps / 10, texts: map[*byte]place{}, seen: map[*parse.Tree]bool{}}
	if len(source) > maxTpl {
		return "", errLarge
	}
	t := template.New("").Option("missingkey=error")
	t.Funcs(template.FuncMap{tickName: func() (string, error) { return "", r.enter() }})
	for _, name := range []string{"print", "println", "printf", "html", "js", "urlquery"} {
		t.Funcs(template.FuncMap{name: r.bounded(texts()[name])})
	}
	t, err := t.Parse(source)
	if err != nil {
		return "", err
	}
	if err := r.instrument(t); err != nil {
		return "", err
	}
	w := &writer{r: r}
	err = t.Execute(w, data)
	return w.String(), err
}
