package answers

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/mintwright/mintwright/internal/names"
)

// Validate returns every fault in a, joined, in the order of the fields (see Faults).
func (a Answers) Validate() error {
	j := &judge{a: &a, wrong: map[string]bool{}}
	for _, f := range table {
		if f.Derived == "" {
			j.field(f)
		}
	}
	want := derived(a)
	for _, f := range table {
		// What follows from a wrong name would say the same again.
		if f.Derived != "" && (!j.anyWrong("name", "module", "deploy.namespace") || show(f.at(&a, 0)) != want[f.Path]) {
			j.field(f)
		}
	}
	j.ids()
	j.calls()
	j.worker()
	j.collector()
	j.unsafe()
	return j.err()
}

// judge collects faults, at most one a field: what follows from a wrong value is not news.
type judge struct {
	a      *Answers
	faults []error
	wrong  map[string]bool
}

func (j *judge) err() error { return Join(j.faults...) }

func (j *judge) fault(kind FaultKind, path, problem, remedy string) {
	if !j.wrong[path] {
		j.wrong[path] = true
		j.faults = append(j.faults, &Fault{Kind: kind, Field: path, Problem: problem, Remedy: remedy})
	}
}

func (j *judge) anyWrong(paths ...string) bool {
	return slices.ContainsFunc(paths, func(path string) bool { return j.wrong[path] })
}

// field judges one row of the table: its values by themselves.
func (j *judge) field(f Field) {
	if f.Kind == Items {
		j.count(f, j.a.items(f.Path))
		return
	}
	if list, _, found := strings.Cut(f.Path, ".*."); found {
		for i := range min(j.a.items(list), j.most(list)) {
			j.value(f, numbered(f.Path, i), f.at(j.a, i))
		}
		return
	}
	if f.Kind != Section {
		j.value(f, f.Path, f.at(j.a, 0))
	}
}

// most is how many items of a list are worth judging.
func (j *judge) most(list string) int {
	f, _ := Lookup(list)
	return f.MaxItems
}

func (j *judge) value(f Field, path string, v any) {
	switch v := v.(type) {
	case *string:
		j.text(f, path, *v)
	case *[]string:
		j.list(f, path, *v)
	case *float64:
		if math.IsNaN(*v) || *v < 0 || *v > 1 {
			j.fault(Invalid, path, fmt.Sprintf("%v is not from 0 to 1", *v), "give a share such as 0.1")
		}
	case *int:
		if p := versionFault(*v); p != nil {
			j.fault(p.Kind, path, p.Problem, p.Remedy)
		}
	}
}

func versionFault(v int) *Fault {
	switch {
	case v > Version:
		return &Fault{
			Field: "version", Problem: fmt.Sprintf("%d is newer than %d, the newest that this gen knows", v, Version),
			Remedy: "this file needs a newer gen: install one",
		}
	case v != Version:
		return &Fault{
			Field: "version", Problem: fmt.Sprintf("%d is no version of this format", v),
			Remedy: fmt.Sprintf("write version: %d", Version),
		}
	}
	return nil
}

// text judges a text or a choice.
func (j *judge) text(f Field, path, v string) {
	switch {
	case v == "" && f.Required:
		j.fault(Missing, path, "missing", f.howToGive(path))
	case f.Kind == Choice:
		j.choice(f, path, v)
	case v == "" && !matches(f.Pattern, ""):
		j.fault(Invalid, path, "it is empty", "give it a value, or leave it out for the default")
	case v != "":
		j.rule(f, path, v)
	}
}

// howToGive says how an answer that is missing can be given.
func (f Field) howToGive(path string) string {
	switch {
	case f.Option == "":
		return fmt.Sprintf("give it with --set %s=…, or as %q in mintwright.yaml", path, f.Key())
	default:
		return fmt.Sprintf("give it with %s, or as %q in mintwright.yaml", f.Option, f.Key())
	}
}

func (j *judge) rule(f Field, path, v string) {
	if n := utf8.RuneCountInString(v); n > f.MaxLen {
		j.fault(Invalid, path, fmt.Sprintf("%s has %d characters", quote(v), n), fmt.Sprintf("shorten it to at most %d", f.MaxLen))
		return
	}
	if wrong, remedy := f.rule(v); wrong != "" {
		j.fault(Invalid, path, wrong, remedy)
	}
}

func (j *judge) choice(f Field, path, v string) {
	if !slices.Contains(f.Choices, v) {
		remedy := "choose " + oneOf(f.Choices)
		if near := names.Nearest(v, f.Choices); near != "" {
			remedy = meant(near)
		}
		j.fault(Invalid, path, quote(v)+" is not one of the choices", remedy)
	}
}

// oneOf lists choices as a person would say them.
func oneOf(choices []string) string {
	var b strings.Builder
	for i, c := range choices {
		switch {
		case i == 0:
		case i == len(choices)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(strconv.Quote(c))
	}
	return b.String()
}

func (j *judge) list(f Field, path string, v []string) {
	if !j.count(f, len(v)) {
		return
	}
	seen := map[string]bool{}
	for i, s := range v {
		at := fmt.Sprintf("%s.%d", path, i)
		switch {
		case s == "":
			j.fault(Invalid, at, "it is empty", "give it a value, or take it out of the list")
		case seen[s]:
			j.fault(Invalid, at, quote(s)+" is there twice", "take one out")
		case f.Kind == Choices:
			j.choice(f, at, s)
		default:
			j.rule(f, at, s)
		}
		seen[s] = true
	}
}

func (j *judge) count(f Field, n int) bool {
	switch {
	case n < f.MinItems:
		j.fault(Invalid, f.Path, "it is empty", "choose at least one of "+oneOf(f.Choices))
	case f.MaxItems > 0 && n > f.MaxItems:
		j.fault(Invalid, f.Path, fmt.Sprintf("it has %d items", n), fmt.Sprintf("keep at most %d", f.MaxItems))
	default:
		return true
	}
	return false
}

// ids holds every SPIFFE ID to the own trust domain and those that it federates with.
func (j *judge) ids() {
	id := j.a.Identity
	for i, td := range id.Federates {
		if td == id.TrustDomain {
			j.fault(Invalid, fmt.Sprintf("identity.federates.%d", i), fmt.Sprintf("%q is the own trust domain", td), "take it out")
		}
	}
	for i, caller := range id.Callers {
		j.known(fmt.Sprintf("identity.callers.%d", i), caller)
	}
	for i, call := range j.a.Calls {
		j.known(fmt.Sprintf("calls.%d.id", i), call.ID)
	}
	j.known("telemetry.collector.id", j.a.Telemetry.Collector.ID)
	j.known("worker.broker.id", j.a.Worker.Broker.ID)
}

func (j *judge) known(path, s string) {
	id, err := spiffeid.FromString(s)
	if err != nil || j.wrong["identity.trustDomain"] {
		return
	}
	own, td := j.a.Identity.TrustDomain, id.TrustDomain().Name()
	if td != own && !slices.Contains(j.a.Identity.Federates, td) {
		j.fault(Invalid, path, fmt.Sprintf("%s is of the trust domain %q, which is neither the own one (%s) nor federated", quote(s), td, own),
			fmt.Sprintf("add %q to identity.federates, or correct the ID", td))
	}
}

// calls must differ by name, also when the name has become an identifier.
func (j *judge) calls() {
	seen := map[string]int{}
	for i, call := range j.a.Calls {
		path := fmt.Sprintf("calls.%d.name", i)
		j.contract(path, call)
		key := names.Exported(call.Name)
		if first, found := seen[key]; found && call.Name != "" {
			other := j.a.Calls[first].Name
			problem := fmt.Sprintf("%q is the name of calls.%d too", call.Name, first)
			if other != call.Name {
				problem = fmt.Sprintf("%q and %q (calls.%d) both become %s in Go", call.Name, other, first, key)
			}
			j.fault(Invalid, path, problem, "give each call a name of its own")
			continue
		}
		seen[key] = i
	}
}

// contract judges the name of a call as that of the folder of its .proto files. A call of the
// service's own name has the service's own contract.
func (j *judge) contract(path string, call Call) {
	if call.Protocol != "grpc" {
		return
	}
	switch folder := names.Proto(call.Name); {
	case folder == "internal" || folder == "vendor" || folder == "testdata":
		j.fault(Invalid, path, fmt.Sprintf("%q would be the folder proto/%s, which has a meaning of its own to the go command", call.Name, folder),
			fmt.Sprintf("add a word to it, such as %q", call.Name+"-service"))
	case j.a.Serves("grpc") && call.Name != j.a.Name && folder == names.Proto(j.a.Name):
		j.fault(Invalid, path, fmt.Sprintf("%q and %q, the service itself, both have the folder proto/%s", call.Name, j.a.Name, folder),
			"give the call a name of its own")
	}
}

func (j *judge) worker() {
	source := j.a.Worker.Source
	switch {
	case source != "schedule" && !slices.Contains(j.a.Serve, "worker"):
		j.fault(Invalid, "worker.source", fmt.Sprintf("%q has no effect without a worker", source),
			`add "worker" to serve, or choose "schedule"`)
	case source == "postgres" && j.a.Store != "postgres":
		j.fault(Invalid, "worker.source", `"postgres" needs store: postgres`, `choose store: postgres, or another source`)
	case source == "nats":
		j.present("worker.broker.address", j.a.Worker.Broker.Address)
		j.present("worker.broker.id", j.a.Worker.Broker.ID)
	default:
		j.absent("worker.broker.address", j.a.Worker.Broker.Address)
		j.absent("worker.broker.id", j.a.Worker.Broker.ID)
	}
}

func (j *judge) present(path, value string) {
	if value == "" {
		j.fault(Invalid, path, "it is empty", "give it a value, or leave it out for the default")
	}
}

func (j *judge) absent(path, value string) {
	if value != "" {
		j.fault(Invalid, path, quote(value)+" has no effect without a broker", "choose worker.source: nats, or take it out")
	}
}

// collector refuses telemetry in plaintext over a network, which shows who calls whom.
func (j *judge) collector() {
	c := j.a.Telemetry.Collector
	switch {
	case c.ID != "" && c.TLS != "":
		j.fault(Invalid, "telemetry.collector.tls", "it excludes telemetry.collector.id: the collector proves itself by one of them", "empty one of the two")
	case c.inPlaintext() && !j.a.Allows("plaintext-collector"):
		j.fault(Invalid, "telemetry.collector.address", quote(c.Address)+" would get telemetry in plaintext over the network",
			`give telemetry.collector.id, or tls: system, or allow "plaintext-collector" with a reason under unsafe`)
	}
}

// inPlaintext reports whether telemetry goes over a network without TLS.
func (c Collector) inPlaintext() bool {
	return c.ID == "" && c.TLS == "" && !IsLoopback(c.Address)
}

// IsBeside reports whether it runs beside the service, on loopback, and proves nothing: in
// Kubernetes that is the service's own pod.
func (c Collector) IsBeside() bool { return c.ID == "" && IsLoopback(c.Address) }

func (j *judge) unsafe() {
	seen := map[string]bool{}
	for i, u := range j.a.Unsafe {
		if seen[u.Choice] && u.Choice != "" {
			j.fault(Invalid, fmt.Sprintf("unsafe.%d.choice", i), quote(u.Choice)+" is there twice", "take one out")
		}
		seen[u.Choice] = true
	}
}

// Notes says, a line each, what was chosen and has no effect. It is no fault, because an
// organisation may allow what a service does not need, but a reader of the answers would
// take the service for less safe than it is.
func (a Answers) Notes() []string {
	var notes []string
	for i, u := range a.Unsafe {
		if why := a.needless(u.Choice); why != "" {
			notes = append(notes, fmt.Sprintf("unsafe.%d.choice: %q has no effect: %s; take it out", i, u.Choice, why))
		}
	}
	if len(a.Identity.Callers) > 0 && !a.Answering() {
		notes = append(notes, "identity.callers: nobody can call a service that is a worker alone; take them out, or add http or grpc to serve")
	}
	return notes
}

// needless says why an unsafe choice has no effect, "" when it has one.
func (a Answers) needless(choice string) string {
	switch {
	case choice == "plaintext-collector" && !a.Telemetry.Collector.inPlaintext():
		return "telemetry does not leave in plaintext"
	case choice == "reflection" && !a.Serves("grpc"):
		return "it does not serve grpc"
	case choice == "web-pki-ingress" && !a.Serves("http"):
		return "it does not serve http"
	case choice == "any-caller" && !a.Answering():
		return "it serves nobody"
	}
	return ""
}

// Serves reports whether the service serves in this way: http, grpc, worker.
func (a Answers) Serves(way string) bool { return slices.Contains(a.Serve, way) }

// Answering reports whether the service answers callers at all.
func (a Answers) Answering() bool { return a.Serves("http") || a.Serves("grpc") }

// Public reports whether some routes are open to the web.
func (a Answers) Public() bool { return a.Serves("http") && a.Allows("web-pki-ingress") }

// CallsOver reports whether the service calls another by the protocol.
func (a Answers) CallsOver(protocol string) bool {
	return slices.ContainsFunc(a.Calls, func(c Call) bool { return c.Protocol == protocol })
}

// Allows reports whether an unsafe choice was made.
func (a Answers) Allows(choice string) bool {
	return slices.ContainsFunc(a.Unsafe, func(u Unsafe) bool { return u.Choice == choice })
}

// items is the length of calls or unsafe.
func (a *Answers) items(list string) int {
	if list == "calls" {
		return len(a.Calls)
	}
	return len(a.Unsafe)
}
