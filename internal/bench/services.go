package main

import (
	"context"
	"fmt"
	"slices"
)

const (
	serviceName = "orders"
	serviceID   = "spiffe://example.org/ns/default/sa/orders"
	callerID    = "spiffe://example.org/ns/default/sa/bench"
	requestPath = "/v1/greetings/world"
)

// subject is a service that is measured, or one of its settings.
type subject struct {
	name     string
	program  string
	stack    string  // of peersProgram
	sampling float64 // of root spans; below zero: no telemetry
	ownGC    bool    // collects garbage as its program says; else as Go does by default
}

const (
	few = 0.01
	all = 1
)

// Indices of subjects; from peersFew on there is one for each of peers, and then for each again.
const (
	bare = iota
	bareAgain
	stockFew
	contribFew
	leanFew
	leanFewOwnGC
	stockAll
	contribAll
	leanAll
	peersFew
)

// peers are the frameworks of internal/bench/peers, and what their middleware has.
var peers = []struct{ stack, signals string }{
	{"echo", "traces"},
	{"chi", "traces"},
	{"kratos", "traces"},
	{"gin", "traces, metrics"},
	{"fiber", "traces, metrics"},
	{"go-zero", "traces, metrics"},
}

func subjects() []subject {
	list := []subject{
		bare:         {name: "bare, by hand", program: byHandProgram, sampling: -1},
		bareAgain:    {name: "the same once more (the noise)", program: byHandProgram, sampling: -1},
		stockFew:     {name: "stock telemetry by hand, 1 % sampled", program: byHandProgram, sampling: few},
		contribFew:   {name: "emitted, contrib, 1 % sampled", program: contribProgram, sampling: few},
		leanFew:      {name: "**emitted, 1 % sampled**", program: leanProgram, sampling: few},
		leanFewOwnGC: {name: "emitted, 1 % sampled, its own GOGC", program: leanProgram, sampling: few, ownGC: true},
		stockAll:     {name: "stock telemetry by hand, all sampled", program: byHandProgram, sampling: all},
		contribAll:   {name: "emitted, contrib, all sampled", program: contribProgram, sampling: all},
		leanAll:      {name: "**emitted, all sampled**", program: leanProgram, sampling: all},
	}
	for _, sampling := range []float64{few, all} {
		for _, p := range peers {
			list = append(list, subject{name: p.stack, program: peersProgram, stack: p.stack, sampling: sampling})
		}
	}
	return list
}

// kind is a way of calling.
type kind struct {
	name     string
	requests int
	who      []int // subjects
	caller   func(*world, *server) (request, error)
}

// The kinds by index.
const (
	http1 = iota
	http2
	grpcCalls
	newConnections
)

func kinds(s size) []kind {
	http := func(protocol string, keepAlive bool) func(*world, *server) (request, error) {
		return func(w *world, s *server) (request, error) { return w.overHTTP(s, protocol, keepAlive), nil }
	}
	ours := indices(0, peersFew)
	return []kind{
		http1:          {"HTTP/1.1, connections kept", s.requests, indices(0, peersFew+2*len(peers)), http("http/1.1", true)},
		http2:          {"HTTP/2, one connection", s.requests, ours, http("h2", true)},
		grpcCalls:      {"gRPC, one connection", s.requests, ours, func(w *world, s *server) (request, error) { return w.overGRPC(s) }},
		newConnections: {"HTTP/1.1, a new handshake each", s.handshakes, []int{bare, bareAgain, stockFew, leanFew}, http("http/1.1", false)},
	}
}

// indices are those from begin to before end.
func indices(begin, end int) []int {
	var list []int
	for i := begin; i < end; i++ {
		list = append(list, i)
	}
	return list
}

// measureServices starts all subjects, calls them in turn, and returns the goals with what was
// reached, a table a kind, and one of the peers for each ratio.
func measureServices(ctx context.Context, dir string, s size) ([]fmt.Stringer, error) {
	w, err := newWorld(dir, rotating)
	if err != nil {
		return nil, err
	}
	defer w.close()
	var servers []*server
	for _, sub := range subjects() {
		srv, err := w.start(ctx, sub)
		if err != nil {
			return nil, err
		}
		servers = append(servers, srv)
	}
	var results []result
	callers := map[[2]int]request{} // by kind and subject
	for i, k := range kinds(s) {
		results = append(results, result{kind: k, samples: make([][]sample, len(servers))})
		for _, j := range k.who {
			if callers[[2]int{i, j}], err = k.caller(w, servers[j]); err != nil {
				return nil, err
			}
		}
	}
	for round := range s.rounds + 1 {
		for i := range results {
			r := &results[i]
			for _, at := range turn(len(r.who), round) {
				j := r.who[at]
				got, err := servers[j].measure(ctx, callers[[2]int{i, j}], r.requests)
				if err != nil {
					return nil, fmt.Errorf("%s, %s: %w", r.name, servers[j].name, err)
				}
				if round > 0 { // the first turn warms up
					r.samples[j] = append(r.samples[j], got)
				}
			}
		}
	}
	tables := []fmt.Stringer{goals(results)}
	for _, r := range results {
		tables = append(tables, r.table())
	}
	return append(tables,
		peersTable("peers, HTTP/1.1, 1 % sampled", results[http1], peersFew, leanFew),
		peersTable("peers, HTTP/1.1, all sampled", results[http1], peersFew+len(peers), leanAll)), nil
}

// result is what was measured of one kind.
type result struct {
	kind
	samples [][]sample // by subject and round
}

func cpuOf(s sample) float64    { return s.cpu }
func allocsOf(s sample) float64 { return s.allocs }
func bytesOf(s sample) float64  { return s.bytes }
func rateOf(s sample) float64   { return s.rate }

// median of a figure of a subject.
func (r result) median(subject int, figure func(sample) float64) float64 {
	return median(series(r.samples[subject], figure))
}

// ratio of a figure of a subject to that of another.
func (r result) ratio(subject, other int, figure func(sample) float64) float64 {
	return ratio(series(r.samples[subject], figure), series(r.samples[other], figure))
}

func (r result) table() table {
	t := table{head: []string{r.name, "CPU µs a request", "of bare", "of stock", "allocations", "bytes", "requests a second, of bare"}}
	stock := map[int]int{contribFew: stockFew, leanFew: stockFew, contribAll: stockAll, leanAll: stockAll}
	for i, sub := range subjects()[:peersFew] {
		if !slices.Contains(r.who, i) {
			continue
		}
		row := []string{sub.name, fmt.Sprintf("%.1f", r.median(i, cpuOf)), "", "", fmt.Sprintf("%.1f", r.median(i, allocsOf)), fmt.Sprintf("%.0f", r.median(i, bytesOf)), ""}
		if i != bare {
			row[2] = fmt.Sprintf("%.2f", r.ratio(i, bare, cpuOf))
			row[6] = fmt.Sprintf("%.2f", r.ratio(i, bare, rateOf))
		}
		if other, ok := stock[i]; ok {
			row[3] = fmt.Sprintf("%.2f", r.ratio(i, other, cpuOf))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// peersTable compares the peers from an index on with one of ours.
func peersTable(name string, r result, from, ours int) table {
	t := table{head: []string{name, "its middleware has", "CPU µs a request", "of bare", "emitted is, of it", "allocations", "requests a second, of bare"}}
	for i, p := range peers {
		j := from + i
		t.rows = append(t.rows, []string{
			p.stack, p.signals,
			fmt.Sprintf("%.1f", r.median(j, cpuOf)), fmt.Sprintf("%.2f", r.ratio(j, bare, cpuOf)),
			fmt.Sprintf("%.2f", r.ratio(ours, j, cpuOf)), fmt.Sprintf("%.1f", r.median(j, allocsOf)),
			fmt.Sprintf("%.2f", r.ratio(j, bare, rateOf)),
		})
	}
	t.rows = append(t.rows, []string{
		"**emitted**", "traces, metrics", fmt.Sprintf("%.1f", r.median(ours, cpuOf)), fmt.Sprintf("%.2f", r.ratio(ours, bare, cpuOf)),
		"", fmt.Sprintf("%.1f", r.median(ours, allocsOf)), fmt.Sprintf("%.2f", r.ratio(ours, bare, rateOf)),
	})
	return t
}
