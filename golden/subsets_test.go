package golden

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mintwright/mintwright/generators/answers"
)

// A subset is a way to serve, with a store, a source of work and a middleware.
type subset struct{ serve, store, source, middleware string }

func (s subset) String() string {
	return strings.Join([]string{strings.ReplaceAll(s.serve, ",", "+"), s.store, s.source, s.middleware}, "_")
}

// subsets are all of them.
func subsets() []subset {
	var all []subset
	for _, serve := range []string{"http", "grpc", "worker", "http,grpc", "http,worker", "grpc,worker", "http,grpc,worker"} {
		for _, store := range []string{"none", "postgres"} {
			for _, source := range []string{"schedule", "nats", "postgres"} {
				isWorker := strings.Contains(serve, "worker")
				if source == "postgres" && store == "none" || source != "schedule" && !isWorker {
					continue
				}
				for _, middleware := range []string{"lean", "contrib"} {
					all = append(all, subset{serve, store, source, middleware})
				}
			}
		}
	}
	return all
}

// draft is the answers of a subset, with calls that go round: none, by http, by grpc, by both.
func (s subset) draft(t *testing.T, round int) *answers.Draft {
	t.Helper()
	d := answers.NewDraft()
	sets := []string{
		"name=orders", "module=example.com/acme/orders", "identity.callers=spiffe://example.org/checkout",
		"serve=" + s.serve, "store=" + s.store, "worker.source=" + s.source, "telemetry.middleware=" + s.middleware,
	}
	for i, protocol := range [][]string{nil, {"http"}, {"grpc"}, {"http", "grpc"}}[round%4] {
		at := fmt.Sprintf("calls.%d.", i)
		sets = append(sets, at+"name=by-"+protocol, at+"protocol="+protocol, at+"id=spiffe://example.org/ledger", at+"address=ledger:8443")
	}
	for _, set := range sets {
		path, value, _ := strings.Cut(set, "=")
		if err := d.Set(path, value, answers.SetFlag); err != nil {
			t.Fatalf("%s: %v", set, err)
		}
	}
	return d
}

// TestSubsets renders every subset, and looks at each file as a reader would.
func TestSubsets(t *testing.T) {
	all := subsets()
	t.Logf("%d services", len(all))
	for i, s := range all {
		t.Run(s.String(), func(t *testing.T) { checkTree(t, rendered(t, s.draft(t, i))) })
	}
}

// TestSubsetsWork lets the real toolchain judge each of them, tests included; see TestPairsWork.
func TestSubsetsWork(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command on every subset")
	}
	var services []service
	for i, s := range subsets() {
		services = append(services, service{s.String(), s.draft(t, i)})
	}
	judge(t, services)
}

// service is one that is judged.
type service struct {
	name  string
	draft *answers.Draft
}

// judge renders services, two at a time: go mod tidy must have nothing to change, and go vet,
// which type-checks the tests too, nothing to say, nor gen vet. Nothing is run: what is vetted is compiled
// in a hurry, and what two services have in common once.
func judge(t *testing.T, services []service) {
	t.Helper()
	var wg sync.WaitGroup
	turns := make(chan service)
	for range 2 {
		wg.Go(func() {
			for s := range turns {
				t.Run(s.name, func(t *testing.T) {
					folder := t.TempDir()
					writeTree(t, folder, rendered(t, s.draft))
					goCommand(t, folder, "mod", "tidy", "-diff")
					goCommand(t, folder, vetArgs(t, "-trimpath", "-gcflags=-N -l")...)
				})
			}
		})
	}
	for s := range slices.Values(services) {
		turns <- s
	}
	close(turns)
	wg.Wait()
}
