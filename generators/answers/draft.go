package answers

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Origin says where a value comes from. A later one wins over an earlier one.
type Origin uint8

// The origins, from the weakest to the strongest.
const (
	Default      Origin = iota // built in, or derived from other answers
	Organisation               // a file given by --defaults
	Surroundings               // git, go.mod, the folder's name
	File                       // mintwright.yaml
	SetFlag                    // --set
	Option                     // a flag of its own, or NAME
	Question                   // the person
)

// String names the origin for a review page.
func (o Origin) String() string {
	names := [...]string{"default", "organisation", "surroundings", "answers file", "--set", "flag", "question"}
	if int(o) >= len(names) {
		return "Origin(" + strconv.Itoa(int(o)) + ")"
	}
	return names[o]
}

// Draft is answers in the making: values with the origin of each. A value is replaced only
// by one whose origin is as strong or stronger, so the order of reading matters in one
// place only: items of lists are added by number, to what is there.
//
// What could not be read is kept too: Answers fails with it until a later value of the same
// field takes its place.
type Draft struct {
	a      Answers
	from   map[string]source // by path; what is not there is a default
	org    Answers           // defaults and the organisation's, which locks hold to
	locked map[string]string // pattern of a leaf, or list of items: the file that locks it
	faults []*Fault
}

type source struct {
	origin       Origin
	file         string
	line, column int
}

// NewDraft returns a draft that holds the built-in defaults.
func NewDraft() *Draft {
	d := &Draft{from: map[string]source{}, locked: map[string]string{}}
	d.a.Version = Version
	for _, f := range table {
		if f.at != nil && f.Kind != Integer && !strings.Contains(f.Path, "*") {
			f.setDefault(&d.a, 0)
		}
	}
	d.org = d.a.clone()
	return d
}

// setDefault puts the default of f into a. The table's own defaults can always be read.
func (f Field) setDefault(a *Answers, item int) {
	_ = f.assign(f.at(a, item), f.Default)
}

// Set sets one value as --set does: a list takes commas, an empty value is the empty text or
// list, an item or element has its number, the next number adds one.
//
// It fails with a Fault and changes nothing when there is no such path, when the value
// cannot be read, or when it is locked. Other rules are judged by Check and Answers.
// A failure is kept for Answers, but not that of a Question, which is asked again.
func (d *Draft) Set(path, value string, origin Origin) error {
	if f := d.set(path, value, source{origin: origin}); f != nil {
		if origin != Question {
			d.faults = append(d.faults, f)
		}
		return f
	}
	return nil
}

func (d *Draft) set(path, value string, s source) *Fault {
	p, ok := locate(path)
	if !ok {
		return unknown(path)
	}
	next := d.a.clone()
	if f := p.put(&next, path, value); f != nil {
		return f
	}
	taken, f := d.accept(p, path, next, s)
	if f != nil || !taken {
		return f
	}
	if list := p.list(); list != "" && d.from[list].origin < s.origin {
		d.from[list] = s
	}
	d.faults = slices.DeleteFunc(d.faults, func(f *Fault) bool {
		return f.Field == path || f.Kind != Unknown && under(f.Field, p.path)
	})
	return nil
}

// accept makes next the draft's answers, which differ from it at p, unless a stronger value
// or a lock stands there. Surroundings give way to a lock without a word.
func (d *Draft) accept(p place, path string, next Answers, s source) (taken bool, f *Fault) {
	at, found := d.from[p.path]
	if !found {
		at = d.from[p.root()]
	}
	if at.origin > s.origin {
		return false, nil
	}
	if file, locked := d.lockOf(p); locked && s.origin > Organisation && !d.keeps(p, &next) {
		if s.origin != Surroundings {
			f = lockFault(path, d.demanded(p), file, s)
		}
		return false, f
	}
	d.forget(p.path)
	d.a = next
	d.from[p.path] = s
	return true, nil
}

// root is the path whose origin counts for p when p has none: the list of its item.
func (p place) root() string {
	if list := p.list(); list != "" {
		return list
	}
	return p.path
}

// put writes value into a.
func (p place) put(a *Answers, path, value string) *Fault {
	if p.item >= 0 {
		if p.item > a.items(p.list()) {
			return &Fault{
				Field: path, Problem: fmt.Sprintf("there are %d %s, so the next is number %d", a.items(p.list()), p.list(), a.items(p.list())),
				Remedy: "number the items from 0 without a gap",
			}
		}
		if p.item == a.items(p.list()) {
			a.grow(p.list())
		}
	}
	switch p.Kind {
	case Section:
		return &Fault{Field: path, Problem: "it is a group of keys", Remedy: "set one of them: " + strings.Join(valuesUnder(p.Path), ", ")}
	case Items:
		if value != "" {
			return &Fault{Field: path, Problem: "it is a list of groups", Remedy: fmt.Sprintf("set one of their keys, such as %s.0.%s", p.Path, children(p.Path + ".0")[0].Key())}
		}
		a.empty(p.Path)
		return nil
	}
	v := p.at(a, p.item)
	if p.element < 0 {
		return p.assign(v, value).field(path)
	}
	list := v.(*[]string)
	switch {
	case p.element > len(*list):
		return &Fault{
			Field: path, Problem: fmt.Sprintf("the list has %d elements, so the next is number %d", len(*list), len(*list)),
			Remedy: "number the elements from 0 without a gap",
		}
	case p.element == len(*list):
		*list = append(*list, value)
	default:
		(*list)[p.element] = value
	}
	return nil
}

// valuesUnder lists the paths of the values under a group.
func valuesUnder(prefix string) []string {
	var list []string
	for _, f := range table {
		if strings.HasPrefix(f.Path, prefix+".") && f.Kind != Section {
			list = append(list, f.Path)
		}
	}
	return list
}

// assign reads value, as --set takes it, into v.
func (f Field) assign(v any, value string) *Fault {
	switch v := v.(type) {
	case *string:
		*v = value
	case *[]string:
		*v = nil
		for part := range strings.SplitSeq(value, ",") {
			if value != "" {
				*v = append(*v, strings.TrimSpace(part))
			}
		}
	case *bool:
		if value != "true" && value != "false" {
			return &Fault{Problem: quote(value) + " is neither true nor false", Remedy: "write true or false"}
		}
		*v = value == "true"
	case *float64:
		n, ok := decimal(value)
		if !ok {
			return &Fault{Problem: quote(value) + " is not a number from 0 to 1", Remedy: "write a share such as 0.1"}
		}
		*v = n
	case *int:
		n, err := strconv.Atoi(value)
		if err != nil {
			return &Fault{Problem: quote(value) + " is not a whole number", Remedy: fmt.Sprintf("write %d", Version)}
		}
		*v = n
	}
	return nil
}

// decimal reads a number as JSON has it, which leaves NaN, infinity and hexadecimals out.
func decimal(s string) (float64, bool) {
	if s == "" || s[0] != '-' && (s[0] < '0' || s[0] > '9') || strings.ContainsAny(s, " \t\r\n") || !json.Valid([]byte(s)) {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	if n == 0 {
		n = 0 // not -0, which would be written otherwise
	}
	return n, err == nil
}

// field puts the path into a fault.
func (f *Fault) field(path string) *Fault {
	if f != nil {
		f.Field = path
	}
	return f
}

// show is the value at v as Set takes it.
func show(v any) string {
	switch v := v.(type) {
	case *string:
		return *v
	case *[]string:
		return strings.Join(*v, ",")
	case *bool:
		return strconv.FormatBool(*v)
	case *float64:
		return strconv.FormatFloat(*v, 'f', -1, 64)
	case *int:
		return strconv.Itoa(*v)
	}
	return ""
}

// Check returns what is wrong with value for path, given the other answers: what Set would
// return, and what Answers would say of this field. The draft stays as it is.
func (d *Draft) Check(path, value string) error {
	trial := d.clone()
	if f := trial.set(path, value, source{origin: Question}); f != nil {
		return f
	}
	var faults []error
	for _, f := range trial.judged() {
		if under(f.Field, path) {
			faults = append(faults, f)
		}
	}
	return Join(faults...)
}

// under reports whether field is path or lies below it.
func under(field, path string) bool {
	return field == path || strings.HasPrefix(field, path+".")
}

// Current returns the answers as they are, right or wrong, with what is derived.
func (d *Draft) Current() Answers {
	a := d.effective()
	a.normalise()
	return a
}

// effective is Current in the order in which it was given, as faults number it.
func (d *Draft) effective() Answers {
	a := d.a.clone()
	for path, value := range derived(a) {
		if d.from[path].origin == Default {
			f, _ := Lookup(path)
			_ = f.assign(f.at(&a, 0), value)
		}
	}
	return a
}

// Value is the current value of path as Set takes it; empty for groups and for what is not there.
func (d *Draft) Value(path string) string {
	p, ok := locate(path)
	if !ok || p.at == nil {
		return ""
	}
	a := d.Current()
	if p.item >= 0 && p.item >= a.items(p.list()) {
		return ""
	}
	v := p.at(&a, p.item)
	if list, ok := v.(*[]string); ok && p.element >= 0 {
		if p.element >= len(*list) {
			return ""
		}
		return (*list)[p.element]
	}
	return show(v)
}

// Origin says where the value of path comes from.
func (d *Draft) Origin(path string) Origin {
	return d.source(path).origin
}

func (d *Draft) source(path string) source {
	p, ok := locate(path)
	if !ok {
		return source{}
	}
	for _, at := range []string{path, p.path, p.root()} {
		if s, ok := d.from[at]; ok {
			return s
		}
	}
	return source{}
}

// Locked names the defaults file that locks path, if one does.
func (d *Draft) Locked(path string) (file string, locked bool) {
	p, ok := locate(path)
	if !ok {
		return "", false
	}
	return d.lockOf(p)
}

func (d *Draft) lockOf(p place) (file string, locked bool) {
	file, locked = d.locked[p.root()]
	return file, locked
}

// keeps reports whether next has at p what the organisation demands. What follows from
// other answers can only be judged when all of them are known, by locks.
func (d *Draft) keeps(p place, next *Answers) bool {
	return d.follows(p.root()) || same(p.root(), next, &d.org)
}

// follows reports whether the organisation leaves path to be derived.
func (d *Draft) follows(path string) bool {
	f, _ := Lookup(path)
	return f.Derived != "" && show(f.at(&d.org, 0)) == ""
}

// same compares two answers at the path of a value or of a list of items.
func same(path string, a, b *Answers) bool {
	switch path {
	case "calls":
		return slices.Equal(a.Calls, b.Calls)
	case "unsafe":
		return slices.Equal(a.Unsafe, b.Unsafe)
	}
	f, _ := Lookup(path)
	a, b = new(a.clone()), new(b.clone())
	a.normalise()
	b.normalise()
	return reflect.DeepEqual(f.at(a, 0), f.at(b, 0))
}

// demanded is the locked value of p as a person can read it.
func (d *Draft) demanded(p place) string {
	if p.list() != "" || p.at == nil {
		return ""
	}
	return show(p.at(&d.org, 0))
}

func lockFault(path, want, file string, s source) *Fault {
	f := &Fault{
		Kind: Locked, Field: path, Problem: fmt.Sprintf("it is locked by %s", file),
		Remedy: fmt.Sprintf("leave it out, or have it unlocked in %s", file), File: s.file, Line: s.line, Column: s.column,
	}
	if want != "" {
		f.Problem = fmt.Sprintf("it is locked to %s by %s", quote(want), file)
	}
	return f
}

// locks judges every locked answer, also those that were given before the lock was read.
func (d *Draft) locks(a Answers) []*Fault {
	var faults []*Fault
	want := derived(a)
	for _, path := range slices.Sorted(maps.Keys(d.locked)) {
		p, _ := locate(path)
		demanded, kept := d.demanded(p), false
		if d.follows(path) {
			demanded = want[path]
			kept = show(p.at(&a, 0)) == demanded
		} else {
			kept = same(path, &a, &d.org)
		}
		if !kept {
			faults = append(faults, lockFault(path, demanded, d.locked[path], d.source(path)))
		}
	}
	return faults
}

// Missing lists the required answers that were not given: name and module.
func (d *Draft) Missing() []Field {
	var list []Field
	for _, f := range table {
		if f.Required && f.Kind == Text && !strings.Contains(f.Path, "*") && d.Value(f.Path) == "" {
			list = append(list, f)
		}
	}
	return list
}

// Answers returns the answers when they are right. Otherwise the error joins every fault:
// those of reading that no later value mended, those of locks, and those of Validate.
func (d *Draft) Answers() (Answers, error) {
	var errs []error
	for _, f := range d.faults {
		errs = append(errs, f)
	}
	for _, f := range d.judged() {
		if !d.unread(f.Field) {
			errs = append(errs, f)
		}
	}
	if err := Join(errs...); err != nil {
		return Answers{}, err
	}
	return d.Current(), nil
}

// judged is what Validate and the locks say, with the places where the values were read.
func (d *Draft) judged() []*Fault {
	a := d.effective()
	faults := append(d.locks(a), Faults(a.Validate())...)
	for _, f := range faults {
		if s := d.source(f.Field); f.File == "" && s.file != "" {
			f.File, f.Line, f.Column = s.file, s.line, s.column
		}
	}
	return faults
}

// unread reports whether a value for field was given but could not be read: then it is not
// missing, and what it would have been is not known.
func (d *Draft) unread(field string) bool {
	return slices.ContainsFunc(d.faults, func(f *Fault) bool {
		whole := f.Field == "" || f.Field == "version" && f.Kind == Invalid // nothing else was read
		return f.Kind != Unknown && (whole || under(field, f.Field))
	})
}

// forget drops the origins of what lies below path.
func (d *Draft) forget(path string) {
	maps.DeleteFunc(d.from, func(p string, _ source) bool { return under(p, path) })
}

func (d *Draft) clone() *Draft {
	return &Draft{a: d.a.clone(), from: maps.Clone(d.from), org: d.org.clone(), locked: maps.Clone(d.locked), faults: slices.Clone(d.faults)}
}

func (a Answers) clone() Answers {
	a.Serve = slices.Clone(a.Serve)
	a.Identity.Callers = slices.Clone(a.Identity.Callers)
	a.Identity.Federates = slices.Clone(a.Identity.Federates)
	a.Calls = slices.Clone(a.Calls)
	a.Telemetry.Signals = slices.Clone(a.Telemetry.Signals)
	a.Deploy.Policy = slices.Clone(a.Deploy.Policy)
	a.Unsafe = slices.Clone(a.Unsafe)
	return a
}

// normalise puts sets of choices into the order of the table and makes empty lists nil.
func (a *Answers) normalise() {
	for _, f := range table {
		if f.Kind != Choices && f.Kind != Texts {
			continue
		}
		list := f.at(a, 0).(*[]string)
		if f.Kind == Choices {
			slices.SortStableFunc(*list, func(x, y string) int {
				return slices.Index(f.Choices, x) - slices.Index(f.Choices, y)
			})
		}
		if len(*list) == 0 {
			*list = nil
		}
	}
	if len(a.Calls) == 0 {
		a.Calls = nil
	}
	if len(a.Unsafe) == 0 {
		a.Unsafe = nil
	}
}

// grow adds an item with its defaults to calls or unsafe.
func (a *Answers) grow(list string) {
	if list == "calls" {
		a.Calls = append(a.Calls, Call{})
	} else {
		a.Unsafe = append(a.Unsafe, Unsafe{})
	}
	for _, f := range children(list + ".0") {
		f.setDefault(a, a.items(list)-1)
	}
}

func (a *Answers) empty(list string) {
	if list == "calls" {
		a.Calls = nil
	} else {
		a.Unsafe = nil
	}
}

// derived are the defaults that follow from other answers, by path.
func derived(a Answers) map[string]string {
	collector := "127.0.0.1:4317"
	if a.Telemetry.Protocol == "http/protobuf" {
		collector = "127.0.0.1:4318"
	}
	var broker, brokerID string
	if a.Worker.Source == "nats" {
		broker, brokerID = "nats.nats.svc:4222", "spiffe://"+a.Identity.TrustDomain+"/ns/nats/sa/nats"
	}
	return map[string]string{
		"identity.path":               "/ns/" + a.Deploy.Namespace + "/sa/" + a.Name,
		"telemetry.collector.address": collector,
		"deploy.image":                imageOf(a.Module),
		"worker.broker.address":       broker,
		"worker.broker.id":            brokerID,
	}
}

// imageOf is the module in lower case without its major version: an image has tags for those.
func imageOf(modulePath string) string {
	if i := strings.LastIndex(modulePath, "/v"); i >= 0 {
		if _, err := strconv.ParseUint(modulePath[i+2:], 10, 64); err == nil {
			modulePath = modulePath[:i]
		}
	}
	return strings.ToLower(modulePath)
}

// Defaults returns the answers of which only name and module were chosen.
// They are right when name and module are.
func Defaults(name, modulePath string) Answers {
	d := NewDraft()
	d.a.Name, d.a.Module = name, modulePath
	return d.Current()
}
