package main

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/generators/render"
)

// serviceModule is the module of the shapes. Nothing is recorded of it.
const serviceModule = "example.com/acme/orders"

// A Shape is a service as far as its dependencies go: its Go files and what they embed, by
// slash path.
type Shape struct {
	Name  string
	Files map[string][]byte
}

// A choice is what brings imports of its own to a service.
type choice struct {
	serve, source, store, middleware string
	calls                            string // protocols
	signals, protocol                string
	prometheus                       bool
}

// works are the ways to serve, to keep data and to work.
func works() []choice {
	var all []choice
	for _, serve := range []string{"http", "grpc", "worker", "http,grpc", "http,worker", "grpc,worker", "http,grpc,worker"} {
		for _, store := range []string{"none", "postgres"} {
			for _, source := range []string{"schedule", "nats", "postgres"} {
				isWorker := strings.Contains(serve, "worker")
				if source == "postgres" && store == "none" || source != "schedule" && !isWorker {
					continue
				}
				all = append(all, choice{serve: serve, store: store, source: source})
			}
		}
	}
	return all
}

// telemetries are the ways to observe.
func telemetries() []choice {
	var all []choice
	for _, signals := range []string{"traces,metrics,logs", "traces,metrics", "traces,logs", "metrics,logs", "traces", "metrics", "logs"} {
		for _, protocol := range []string{"grpc", "http/protobuf"} {
			for _, prometheus := range []bool{false, true} {
				all = append(all, choice{signals: signals, protocol: protocol, prometheus: prometheus})
			}
		}
	}
	return all
}

// every is all choices together.
func every() []choice {
	var all []choice
	for _, w := range works() {
		for _, t := range telemetries() {
			for _, calls := range []string{"", "http", "grpc", "http,grpc"} {
				for _, middleware := range []string{"lean", "contrib"} {
					c := t
					c.serve, c.store, c.source, c.calls, c.middleware = w.serve, w.store, w.source, calls, middleware
					all = append(all, c)
				}
			}
		}
	}
	return all
}

// Shapes are services in which every two choices meet: all ways to serve and to work, with
// the other choices in turn. More of them add nothing to a recording; a test draws from all.
func Shapes() ([]Shape, error) {
	var shapes []Shape
	all := every()
	telemetry := len(all) / len(works())
	for i := range works() {
		for _, j := range []int{0, 1, 2, 3, 4, 5, 6, 7} { // each way to call, with each middleware
			for _, base := range []int{0, 8 * ((i*3 + j*5) % (telemetry / 8))} { // all signals; and others in turn
				s, err := rendered(all[i*telemetry+base+j])
				if err != nil {
					return nil, err
				}
				shapes = append(shapes, s)
			}
		}
	}
	return shapes, nil
}

func (c choice) String() string {
	return fmt.Sprintf("serve %s, work from %s, store %s, call %s, %s over %s, %s, prometheus %v",
		c.serve, c.source, c.store, c.calls, c.signals, c.protocol, c.middleware, c.prometheus)
}

func (c choice) answers() answers.Answers {
	a := answers.Defaults("orders", serviceModule)
	a.Serve, a.Store, a.Worker.Source = strings.Split(c.serve, ","), c.store, c.source
	if c.source == "nats" {
		a.Worker.Broker = answers.Broker{Address: "nats:4222", ID: "spiffe://example.org/nats"}
	}
	for _, protocol := range slices.DeleteFunc(strings.Split(c.calls, ","), func(s string) bool { return s == "" }) {
		a.Calls = append(a.Calls, answers.Call{Name: "ledger-" + protocol, Protocol: protocol, ID: "spiffe://example.org/ledger", Address: "ledger:8443"})
	}
	a.Telemetry.Signals, a.Telemetry.Protocol = strings.Split(c.signals, ","), c.protocol
	a.Telemetry.Middleware, a.Telemetry.Prometheus = c.middleware, c.prometheus
	a.Unsafe = []answers.Unsafe{{Choice: "reflection", Reason: "it imports more"}}
	return a
}

func rendered(c choice) (Shape, error) {
	s := Shape{Name: c.String(), Files: map[string][]byte{}}
	p, err := plan.Make(c.answers())
	if err != nil {
		return Shape{}, err
	}
	files, err := render.Files(p, "devel")
	if err != nil {
		return Shape{}, err
	}
	for _, f := range files {
		if ext := path.Ext(f.Path); ext == ".go" || ext == ".sql" { // which Go embeds
			s.Files[f.Path] = f.Content
		}
	}
	return s, nil
}
