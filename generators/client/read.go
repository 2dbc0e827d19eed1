package client

import (
	"errors"
	"go/token"
	"go/types"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
)

const (
	defaultTimeout = 10 * time.Second
	serviceTimeout = 10 * time.Second // what the packages of a service allow
)

// method is a method of an interface and the request that it is.
type method struct {
	source.Method
	pattern    *pattern
	patternPos token.Position
	path       map[string]int // parameters by the wildcards that they fill
	query      []queryValue
	body       int // parameter; -1 for none
	scalars    map[int]scalar
	result     types.Type // nil for none
	timeout    time.Duration
	idempotent bool
}

// queryValue is a parameter and its name in the query.
type queryValue struct {
	param int
	name  string
	form  form
}

// form is how often a value may stand in a query.
type form int

const (
	single form = iota
	optional
	several
)

// reader gathers the faults of an interface.
type reader struct {
	*target
	errs []error
}

func (r *reader) fault(pos token.Position, problem, remedy string) {
	r.errs = append(r.errs, at(pos, problem, remedy))
}

// read resolves the annotations of an interface.
func read(t *target) ([]method, error) {
	r := &reader{target: t}
	whole := r.timeout(t.in.Directives, t.o.Timeout)
	for _, d := range t.in.Directives {
		if d.Verb != "timeout" {
			r.known(d, d.Verb == "http" || d.Verb == "query" || d.Verb == "body" || d.Verb == "idempotent")
		}
	}
	if t.service != "" && t.o.Timeout > serviceTimeout {
		r.errs = append(r.errs, &fault.Fault{Problem: "the service's package httpclient ends a call after " + serviceTimeout.String() + ", before -timeout does", Remedy: "choose a shorter time"})
	}
	if len(t.in.Methods) == 0 {
		r.fault(t.in.Pos, t.in.Name+" has no methods", "name an interface with the methods of a service")
	}
	var list []method
	for _, m := range t.in.Methods {
		list = append(list, r.method(m, whole))
	}
	r.rivals(list)
	return list, errors.Join(r.errs...)
}

// verbs are those of this package, and then those of the others, which are left alone.
func verbs() (own, others []string) {
	return []string{"http", "query", "body", "timeout", "idempotent"}, []string{"attr", "attr!", "span", "ignore", "inputs"}
}

// known refuses a directive whose verb nobody knows, or that stands where it means nothing.
func (r *reader) known(d source.Directive, isMisplaced bool) {
	own, others := verbs()
	switch {
	case isMisplaced:
		r.fault(d.Pos, "//gen:"+d.Verb+" is about a method", "write it in the comment of a method")
	case !slices.Contains(own, d.Verb) && !slices.Contains(others, d.Verb):
		remedy := "write one of //gen:" + strings.Join(own, ", //gen:")
		if near := names.Nearest(d.Verb, slices.Concat(own, others)); near != "" {
			remedy = "did you mean //gen:" + near + "?"
		}
		r.fault(d.Pos, "//gen:"+d.Verb+" is not known", remedy)
	}
}

// method resolves one method.
func (r *reader) method(s source.Method, timeout time.Duration) method {
	m := method{Method: s, body: -1, path: map[string]int{}, scalars: map[int]scalar{}}
	for _, d := range s.Directives {
		r.known(d, false)
	}
	if !token.IsExported(s.Name) {
		r.fault(s.Pos, s.Name+" is not exported, and nobody else could serve it", "export it, or leave it out of "+r.in.Name)
	}
	if s.Name == "CloseIdleConnections" && r.service == "" {
		r.fault(s.Pos, r.in.Name+" has a method CloseIdleConnections, which the client needs for itself", "give the method another name")
	}
	m.timeout = r.timeout(s.Directives, timeout)
	r.pattern(&m)
	if len(s.Params) == 0 || s.Context() != 0 {
		r.fault(s.Pos, s.Name+" has no context as its first parameter", "give it ctx context.Context")
		return m
	}
	if i := slices.IndexFunc(s.Params[1:], func(p source.Param) bool { return isContext(p.Type) }); i >= 0 {
		r.fault(r.where(m, i+1), s.Name+" has a second context", "leave one of them out")
		return m
	}
	r.results(&m)
	if m.pattern == nil {
		return m
	}
	r.fillPath(&m)
	r.fillRest(&m)
	return m
}

// pattern reads //gen:http and //gen:idempotent.
func (r *reader) pattern(m *method) {
	found := find(m.Directives, "http")
	switch len(found) {
	case 0:
		r.fault(m.Pos, m.Name+" has no //gen:http", "write //gen:http METHOD /path above it, such as //gen:http GET /payments/{id}")
		return
	case 1:
	default:
		r.fault(found[1].Pos, m.Name+" has a second //gen:http", "leave one of them out")
	}
	p, err := parsePattern(found[0].Text)
	if err != nil {
		pos := found[0].Pos
		if fault := new(patternError); errors.As(err, &fault) {
			pos.Column += len("//gen:http ") + fault.offset
		}
		r.fault(pos, "//gen:http: "+err.Error(), "write it as in //gen:http GET /payments/{id}")
		return
	}
	m.pattern, m.patternPos = p, found[0].Pos
	m.idempotent = !slices.Contains([]string{"POST", "PATCH"}, p.method)
	for _, d := range find(m.Directives, "idempotent") {
		switch {
		case d.Text != "":
			r.fault(d.Pos, "//gen:idempotent takes nothing behind it", "leave "+quote(d.Text)+" out")
		case !m.idempotent && r.service != "":
			r.fault(d.Pos, "the service's package httpclient sends a "+p.method+" once only", "leave //gen:idempotent out, or make it a PUT")
		}
		m.idempotent = true
	}
}

// timeout reads //gen:timeout; standard is that of the interface.
func (r *reader) timeout(list []source.Directive, standard time.Duration) time.Duration {
	for _, d := range find(list, "timeout") {
		value, err := time.ParseDuration(d.Text)
		switch {
		case err != nil || value <= 0:
			r.fault(d.Pos, "//gen:timeout "+quote(d.Text)+" is no time that a call could take", "write it as in //gen:timeout 2s")
		case r.service != "" && value > serviceTimeout:
			r.fault(d.Pos, "the service's package httpclient ends a call after "+serviceTimeout.String(), "choose a shorter time")
		}
		standard = value
	}
	return standard
}

func find(list []source.Directive, verb string) []source.Directive {
	var found []source.Directive
	for _, d := range list {
		if d.Verb == verb {
			found = append(found, d)
		}
	}
	return found
}

// results reads what a method returns: an error, and a value before it or none.
func (r *reader) results(m *method) {
	n := len(m.Results)
	if n == 0 || !slices.Contains(m.Errors(), n-1) {
		r.fault(m.Pos, m.Name+" does not return an error last, and every call can fail", "make error its last result")
		return
	}
	if n > 2 {
		r.fault(m.Pos, m.Name+" returns several values, and an answer is one", "return one struct and an error")
		return
	}
	if n == 1 {
		return
	}
	m.result = m.Results[0].Type
	if why := jsonFault(m.result); why != "" {
		r.fault(r.resultPos(m), "the result of "+m.Name+" cannot come as JSON: "+why, "return what JSON has words for; a stream is for gRPC")
	}
	if m.pattern != nil && m.pattern.method == "HEAD" {
		r.fault(m.patternPos, "an answer to HEAD has no body, and "+m.Name+" returns a value", "make it a GET, or return an error alone")
	}
}

func (r *reader) resultPos(m *method) token.Position {
	if pos := m.Results[0].Pos; pos.IsValid() {
		return pos
	}
	return m.Pos
}

// where is the place of a parameter.
func (r *reader) where(m method, i int) token.Position {
	if pos := m.Params[i].Pos; pos.IsValid() {
		return pos
	}
	return m.Pos
}

func isNamed(p source.Param) bool { return p.Name != "" && p.Name != "_" }

// fillPath gives each wildcard its parameter.
func (r *reader) fillPath(m *method) {
	for _, name := range m.pattern.wildcards() {
		i := slices.IndexFunc(m.Params, func(p source.Param) bool { return p.Name == name })
		if i < 1 {
			var known []string
			for _, p := range m.Params[1:] {
				if isNamed(p) {
					known = append(known, p.Name)
				}
			}
			remedy := "give " + m.Name + " a parameter " + name
			if near := names.Nearest(name, known); near != "" {
				remedy = "did you mean {" + near + "}?"
			}
			r.fault(m.patternPos, "no parameter of "+m.Name+" is called "+name, remedy)
			continue
		}
		s, ok := scalarOf(m.Params[i].Type)
		if !ok {
			r.fault(r.where(*m, i), "parameter "+name+" of "+m.Name+" cannot stand in a path: it is "+describe(m.Params[i].Type),
				"give it a type that is text, a number, a bool, a time or marshals as text")
			continue
		}
		m.path[name], m.scalars[i] = i, s
	}
}

// fillRest makes the other parameters values of the query, or the body.
func (r *reader) fillRest(m *method) {
	inQuery, inBody := r.chosen(m)
	for i := 1; i < len(m.Params); i++ {
		if _, ok := m.scalars[i]; ok && m.path[m.Params[i].Name] == i {
			continue
		}
		name, isQuery := inQuery[i]
		form, s, fits := queryForm(m.Params[i].Type)
		switch {
		case i == inBody:
			r.setBody(m, i)
		case isQuery && !fits:
			r.fault(r.where(*m, i), r.param(m, i)+" cannot stand in a query: it is "+describe(m.Params[i].Type),
				"give it a type that is text, a number, a bool, a time or marshals as text, or a list of these")
		case fits:
			r.setQuery(m, i, name, form, s)
		default:
			r.setBody(m, i)
		}
	}
}

func (r *reader) param(m *method, i int) string {
	if isNamed(m.Params[i]) {
		return "parameter " + m.Params[i].Name + " of " + m.Name
	}
	return "parameter " + strconv.Itoa(i+1) + " of " + m.Name
}

// chosen reads //gen:query and //gen:body of a method and of its parameters: names in the query
// by parameter, and the parameter that is the body.
func (r *reader) chosen(m *method) (map[int]string, int) {
	query, body := map[int]string{}, -1
	take := func(i int, d source.Directive, name string) {
		switch {
		case i == 0 || m.scalars[i] != (scalar{}):
			r.fault(d.Pos, r.param(m, i)+" is not free for //gen:"+d.Verb, "name a parameter that is neither the context nor in the path")
		case d.Verb == "body":
			if body >= 0 && body != i {
				r.fault(d.Pos, m.Name+" has two bodies", "name one")
			}
			body = i
		case name == "" || strings.ContainsAny(name, " \t"):
			r.fault(d.Pos, quote(name)+" is no name for a value of a query", "write it as in //gen:query page_size=limit")
		default:
			query[i] = name
		}
	}
	for i, p := range m.Params {
		for _, d := range p.Directives {
			r.known(d, d.Verb == "http" || d.Verb == "timeout" || d.Verb == "idempotent")
			if d.Verb == "query" || d.Verb == "body" {
				take(i, d, d.Text)
			}
		}
	}
	for _, d := range m.Directives {
		if d.Verb != "query" && d.Verb != "body" {
			continue
		}
		name, param := d.Text, d.Text
		if before, after, ok := strings.Cut(d.Text, "="); ok && d.Verb == "query" {
			name, param = before, after
		}
		i := slices.IndexFunc(m.Params, func(p source.Param) bool { return isNamed(p) && p.Name == param })
		if i < 0 {
			r.fault(d.Pos, "no parameter of "+m.Name+" is called "+quote(param), "name one of its parameters")
			continue
		}
		take(i, d, name)
	}
	return query, body
}

func (r *reader) setQuery(m *method, i int, name string, f form, s scalar) {
	if name == "" {
		name = m.Params[i].Name
	}
	if !isNamed(m.Params[i]) && name == m.Params[i].Name {
		r.fault(r.where(*m, i), r.param(m, i)+" has no name for the query", "give it one")
		return
	}
	if slices.ContainsFunc(m.query, func(q queryValue) bool { return q.name == name }) {
		r.fault(r.where(*m, i), "two values of the query of "+m.Name+" are called "+quote(name), "give one another name by //gen:query name=parameter")
		return
	}
	m.query, m.scalars[i] = append(m.query, queryValue{i, name, f}), s
}

func (r *reader) setBody(m *method, i int) {
	pos, t := r.where(*m, i), m.Params[i].Type
	switch {
	case !slices.Contains([]string{"POST", "PUT", "PATCH"}, m.pattern.method):
		r.fault(pos, r.param(m, i)+" would be the body, and a "+m.pattern.method+" has none", "make it a POST, or a value of the query: it is "+describe(t))
	case m.body >= 0:
		r.fault(pos, m.Name+" has two bodies: "+r.param(m, m.body)+" and "+r.param(m, i), "make them one struct")
	default:
		m.body = i
		if why := jsonFault(t); why != "" {
			r.fault(pos, r.param(m, i)+" cannot be sent as JSON: "+why, "give it a type that JSON has words for")
		}
	}
}

// rivals refuses patterns between which a server could not choose.
func (r *reader) rivals(list []method) {
	mux := http.NewServeMux()
	for i, m := range list {
		if m.pattern == nil || register(mux, m.pattern.text) == nil {
			continue
		}
		for _, before := range list[:i] {
			switch {
			case before.pattern == nil:
			case m.pattern.text == before.pattern.text:
				r.fault(m.patternPos, m.Name+" and "+before.Name+" have the same pattern, "+m.pattern.text, "give each its own")
			case areRivals(before.pattern.text, m.pattern.text):
				r.fault(m.patternPos, m.Name+" and "+before.Name+" have patterns that match the same requests, and neither is more specific: "+m.pattern.text+" and "+before.pattern.text, "change one of them")
			}
		}
	}
}
