// Package services renders the services that the tools judge: those in which every two
// choices meet, the ones of the gallery, and a few with answers that are awkward to a cluster.
package services

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/generators/render"
	"github.com/mintwright/mintwright/internal/choices"
	"github.com/mintwright/mintwright/internal/tree"
)

// ChartFolder is where the chart of a service stands.
const ChartFolder = "deploy/chart"

// Service is what gen new emits for some answers.
type Service struct {
	Name    string // what was chosen, for messages
	Pair    bool   // of those in which every two choices meet
	Answers answers.Answers
	Files   fstest.MapFS
}

// Below returns the names of the files below a folder, sorted; "." is all of them.
func (s Service) Below(folder string) []string {
	var names []string
	_ = fs.WalkDir(s.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && (folder == "." || strings.HasPrefix(name, folder+"/")) {
			names = append(names, name)
		}
		return err
	})
	return names
}

// Read returns a file that must be there.
func (s Service) Read(t testing.TB, name string) []byte {
	t.Helper()
	f, found := s.Files[name]
	if !found {
		t.Fatalf("%s: no %s", s.Name, name)
	}
	return f.Data
}

// All returns every service that is judged, rendered in this process. One that cannot be
// rendered fails the test and keeps nobody from judging the others.
func All(t testing.TB) []Service {
	t.Helper()
	all, err := rendered()
	if err != nil {
		t.Error(err)
	}
	return all
}

// Named returns the service of that name.
func Named(t testing.TB, name string) Service {
	t.Helper()
	for _, s := range All(t) {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("there is no service %q", name)
	return Service{}
}

var rendered = sync.OnceValues(func() ([]Service, error) {
	drafts, err := gallery()
	if err != nil {
		return nil, err
	}
	drafts = append(drafts, special()...)
	drafts = append(drafts, pairs()...)
	all := make([]Service, len(drafts))
	failures := make([]error, len(drafts))
	var wg sync.WaitGroup
	for i, d := range drafts {
		wg.Go(func() { all[i], failures[i] = d.service() })
	}
	wg.Wait()
	return slices.DeleteFunc(all, func(s Service) bool { return s.Files == nil }), errors.Join(failures...)
})

// draft is what was chosen for a service.
type draft struct {
	name    string
	pair    bool
	answers *answers.Draft
	err     error
}

func pairs() []draft {
	var all []draft
	for _, r := range choices.Pairs(choices.Dimensions()) {
		d, err := choices.Draft(r, choices.InOrder())
		all = append(all, draft{r.String(), true, d, err})
	}
	return all
}

// gallery are the services of the folder golden.
func gallery() ([]draft, error) {
	found, err := filepath.Glob(filepath.Join("..", "..", "golden", "*", plan.Answers))
	if err != nil || len(found) == 0 {
		return nil, fmt.Errorf("no golden service found: %w", err)
	}
	var all []draft
	for _, name := range found {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		d := answers.NewDraft()
		err = d.Read(name, content)
		all = append(all, draft{"golden/" + filepath.Base(filepath.Dir(name)), false, d, err})
	}
	return all, nil
}

// special are services with answers that meet nothing else in the pairs.
func special() []draft {
	var all []draft
	for _, c := range []struct {
		name string
		sets []string
	}{
		{"trust domain with dashes", []string{
			"name=orders", "module=example.com/acme/orders", "identity.trustDomain=acme-1.corp_x.example",
			"identity.federates=a-b.example",
			"identity.callers=spiffe://acme-1.corp_x.example/ns/1e3/sa/on,spiffe://acme-1.corp_x.example/ns/null/sa/e1,spiffe://acme-1.corp_x.example/x",
			"calls.0.name=yes", "calls.0.protocol=grpc", "calls.0.id=spiffe://acme-1.corp_x.example/ns/0x1/sa/y", "calls.0.address=y.0x1.svc:9443",
		}},
		{"twenty calls", append([]string{"name=hub", "module=example.com/acme/hub", "serve=http,grpc"}, calls(20)...)},
		{"path of its own", []string{"name=orders", "module=example.com/acme/orders", "identity.path=/prod/eu/Orders._-1"}},
		{"all policies, keda, nats", []string{
			"name=no", "module=example.com/acme/no", "serve=http,worker", "worker.source=nats", "deploy.autoscale=keda", "deploy.namespace=2026-11-25",
			"deploy.policy=vap,kyverno,gatekeeper", "deploy.gitops=flux", "identity.federates=partner.example", "owner=@acme/on",
		}},
	} {
		d := answers.NewDraft()
		var failures []error
		for _, set := range c.sets {
			at, value, _ := strings.Cut(set, "=")
			failures = append(failures, d.Set(at, value, answers.SetFlag))
		}
		all = append(all, draft{c.name, false, d, errors.Join(failures...)})
	}
	return all
}

func calls(n int) []string {
	var sets []string
	for i := range n {
		at := fmt.Sprintf("calls.%d.", i)
		protocol := []string{"http", "grpc"}[i%2]
		sets = append(sets, at+fmt.Sprintf("name=peer-%d", i), at+"protocol="+protocol, at+fmt.Sprintf("id=spiffe://example.org/ns/peers/sa/peer-%d", i), at+fmt.Sprintf("address=peer-%d.peers.svc:%d", i, 8443+i))
	}
	return sets
}

func (d draft) service() (Service, error) {
	files, a, err := d.render()
	if err != nil {
		return Service{}, fmt.Errorf("%s: %w", d.name, err)
	}
	s := Service{Name: d.name, Pair: d.pair, Answers: a, Files: fstest.MapFS{}}
	for _, f := range files {
		s.Files[f.Path] = &fstest.MapFile{Data: f.Content, Mode: f.Mode}
	}
	return s, nil
}

func (d draft) render() (tree.Tree, answers.Answers, error) {
	if d.err != nil {
		return nil, answers.Answers{}, d.err
	}
	a, err := d.answers.Answers()
	if err != nil {
		return nil, a, err
	}
	p, err := plan.Make(a)
	if err != nil {
		return nil, a, err
	}
	files, err := render.Tree(p, "devel")
	return files, a, err
}
