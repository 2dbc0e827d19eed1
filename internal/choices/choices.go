// Package choices lists what can be chosen for a service, with awkward values among it, and
// covers it by few services: those in which every two choices meet. The tests of package
// golden and the tools in e2e judge these.
package choices

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
)

// A Dimension is what is chosen once for a service; each choice is a list of
// "path=value".
type Dimension struct {
	Name    string
	Choices [][]string
}

// Dimensions are the choices that are built, with awkward values among them.
func Dimensions() []Dimension {
	const (
		collector = "telemetry.collector.address=otel-collector.observability.svc:4317"
		label63   = "a2345678901234567890-b2345678901234567890-c2345678901234567890z"
		host63    = "1-345678901234567890-b2345678901234567890-c23456789012345678900"
	)
	return []Dimension{
		{"serve", [][]string{
			{"serve=http"},
			{"serve=http,grpc"},
			{"serve=grpc"},
			{"serve=http,grpc,worker", "store=postgres", "worker.source=postgres"},
			{"serve=worker", "worker.source=nats"},
			{"serve=grpc,worker"},
		}},
		{"unsafe", [][]string{
			nil,
			{"unsafe.0.choice=reflection", "unsafe.0.reason=for the desk"},
			{"unsafe.0.choice=web-pki-ingress", "unsafe.0.reason=it is the shop's window"},
			{"unsafe.0.choice=any-caller", "unsafe.0.reason=a test"},
			{"unsafe.0.choice=hostpath", "unsafe.0.reason=the cluster has no CSI driver"},
			{collector, "unsafe.0.choice=plaintext-collector", `unsafe.0.reason=a "test bed" */ // with: no secrets`},
		}},
		{"middleware", [][]string{{"telemetry.middleware=lean"}, {"telemetry.middleware=contrib"}}},
		{"prometheus", [][]string{{"telemetry.prometheus=false"}, {"telemetry.prometheus=true"}}},
		{"signals", [][]string{
			{"telemetry.signals=traces,metrics,logs"},
			{"telemetry.signals=traces,metrics"},
			{"telemetry.signals=traces,logs"},
			{"telemetry.signals=metrics,logs"},
			{"telemetry.signals=traces"},
			{"telemetry.signals=metrics"},
			{"telemetry.signals=logs"},
		}},
		{"module", [][]string{
			{"module=example.com/acme/orders"},
			{"module=github.com/Acme.Co/Or_ders.X/v2"},
			{"module=github.com/spiffe"}, // a dependency's path begins with it
		}},
		{"collector", [][]string{
			nil,
			{collector, "telemetry.collector.id=spiffe://example.org/ns/observability/sa/otel-collector"},
			{collector, "telemetry.collector.tls=system"},
		}},
		{"callers", [][]string{
			nil,
			{"identity.callers=spiffe://example.org/ns/shop/sa/checkout"},
			{"identity.callers=spiffe://example.org/a,spiffe://example.org/b,spiffe://example.org/nobody/knows/me,spiffe://example.org/A.b-c_d"},
			{"identity.federates=partner.example,other_1.example", "identity.callers=spiffe://partner.example/ns/shop/sa/front,spiffe://other_1.example/x"},
		}},
		{"calls", [][]string{
			nil,
			{"calls.0.name=ledger", "calls.0.protocol=http", "calls.0.id=spiffe://example.org/ns/ledger/sa/ledger", "calls.0.address=ledger.ledger.svc:8443"},
			several("http", "type", "err", "source", "http", "a-1-b", label63, "telemetry-shutdown"),
			several("grpc", "type", "err", "client", "grpc", "a-1-b", label63, "orders"),
			append(several("http", "x"), "calls.1.name=y", "calls.1.protocol=grpc", "calls.1.id=spiffe://example.org/y", "calls.1.address=y:1"),
		}},
		{"description", [][]string{
			nil,
			{"description=Nimmt Bestellungen an – für 日本 🎉; \"so\" to say, 100% of `them`."},
			{"description={{ .Release.Name }} & ${{ github.actor }}: #1 'of' <all>"},
			{`description=/* */ func init() { panic("out") } /* // \`},
		}},
		{"owner", [][]string{nil, {"owner=team-orders"}, {"owner=orders@acme.example"}}},
		{"sampling", [][]string{{"telemetry.sampling=0"}, {"telemetry.sampling=1"}, {"telemetry.sampling=0.1"}, {"telemetry.sampling=1e-9"}}},
		{"name", [][]string{{"name=orders"}, {"name=o"}, {"name=" + label63}, {"name=on"}, {"name=null"}, {"name=e1"}}},
		{"namespace", [][]string{nil, {"deploy.namespace=" + host63}, {"deploy.namespace=1e3"}, {"deploy.namespace=0x1"}, {"deploy.namespace=null"}}},
		{"image", [][]string{nil, {"deploy.image=localhost:5000/a/b__c"}}},
		{"protocol", [][]string{{"telemetry.protocol=grpc"}, {"telemetry.protocol=http/protobuf"}}},
		{"autoscale", [][]string{{"deploy.autoscale=none"}, {"deploy.autoscale=hpa"}, {"deploy.autoscale=keda"}}},
		{"policy", [][]string{
			{"deploy.policy="},
			{"deploy.policy=vap"},
			{"deploy.policy=kyverno"},
			{"deploy.policy=gatekeeper"},
			{"deploy.policy=vap,kyverno,gatekeeper"},
		}},
		{"gitops", [][]string{{"deploy.gitops=none"}, {"deploy.gitops=argocd"}, {"deploy.gitops=flux"}}},
		{"ci", [][]string{{"ci=none"}, {"ci=github"}, {"ci=gitlab"}}},
	}
}

// several are calls by a protocol of these names, at addresses of several forms.
func several(protocol string, names ...string) []string {
	addresses := []string{"ledger:8443", "[::1]:1", "127.0.0.1:65535", "a_b.c-d.svc.:443"}
	var sets []string
	for i, name := range names {
		at := fmt.Sprintf("calls.%d.", i)
		sets = append(sets, at+"name="+name, at+"protocol="+protocol, at+"id=spiffe://example.org/sa/"+name, at+"address="+addresses[i%len(addresses)])
	}
	return sets
}

// A Row is one choice of each dimension, by its number.
type Row []int

// Cover returns rows in which every two choices of two dimensions meet at least once. Of
// what could come next it takes, dimension by dimension, the choice that meets the most new
// ones (the greedy method of AETG: Cohen, Dalal, Fredman, Patton, 1997, without the dice).
func Cover(sizes []int) []Row {
	type pair struct{ d1, c1, d2, c2 int }
	missing := map[pair]bool{}
	var order []pair
	for d1 := range sizes {
		for d2 := d1 + 1; d2 < len(sizes); d2++ {
			for c1 := range sizes[d1] {
				for c2 := range sizes[d2] {
					p := pair{d1, c1, d2, c2}
					missing[p], order = true, append(order, p)
				}
			}
		}
	}
	between := func(d1, c1, d2, c2 int) pair {
		if d1 > d2 {
			d1, c1, d2, c2 = d2, c2, d1, c1
		}
		return pair{d1, c1, d2, c2}
	}
	var rows []Row
	for _, first := range order {
		if !missing[first] {
			continue
		}
		r := slices.Repeat(Row{-1}, len(sizes))
		r[first.d1], r[first.d2] = first.c1, first.c2
		for d := range sizes {
			if r[d] >= 0 {
				continue
			}
			best, most := 0, -1
			for i := range sizes[d] {
				c := (i + len(rows)) % sizes[d] // ties go round
				met := 0
				for other, chosen := range r {
					if chosen >= 0 && missing[between(d, c, other, chosen)] {
						met++
					}
				}
				if met > most {
					best, most = c, met
				}
			}
			r[d] = best
		}
		for d1 := range r {
			for d2 := d1 + 1; d2 < len(r); d2++ {
				delete(missing, pair{d1, r[d1], d2, r[d2]})
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// Pairs are the rows of dimensions.
func Pairs(all []Dimension) []Row {
	var sizes []int
	for _, d := range all {
		sizes = append(sizes, len(d.Choices))
	}
	return Cover(sizes)
}

// String names the row by what was chosen in each of Dimensions.
func (r Row) String() string {
	var parts []string
	for i, d := range Dimensions() {
		parts = append(parts, d.Name+strconv.Itoa(r[i]))
	}
	return strings.Join(parts, ",")
}

// Draft returns the draft of a row of Dimensions, set in the given order.
func Draft(r Row, order []int) (*answers.Draft, error) {
	all := Dimensions()
	d := answers.NewDraft()
	for _, i := range order {
		for _, set := range all[i].Choices[r[i]] {
			path, value, _ := strings.Cut(set, "=")
			if err := d.Set(path, value, answers.SetFlag); err != nil {
				return nil, fmt.Errorf("%s: %w", set, err)
			}
		}
	}
	return d, nil
}

// Answers returns the answers of a row of Dimensions.
func (r Row) Answers() (answers.Answers, error) {
	d, err := Draft(r, InOrder())
	if err != nil {
		return answers.Answers{}, err
	}
	return d.Answers()
}

// InOrder is the order in which Dimensions stand.
func InOrder() []int {
	var order []int
	for i := range Dimensions() {
		order = append(order, i)
	}
	return order
}
