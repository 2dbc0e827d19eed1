// Package services renders the services that the tools judge: those in which every two
// choices meet, the ones of the gallery, and a few with answers that are awkward to a cluster.
package services

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/generators/render"
	"github.com/mintwright/mintwright/internal/choices"
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

// Below returns the names of the files below a folder, sorted.
func (s Service) Below(folder string) []string {
	var names []string
	_ = fs.WalkDir(s.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasPrefix(name, folder+"/") {
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

// All returns every service that is judged, rendered in this process.
func All(t testing.TB) []Service {
	t.Helper()
	all, err := rendered()
	if err != nil {
		t.Fatal(err)
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
	var all []Service
	for _, make := range []func() ([]Service, error){gallery, pairs, special} {
		made, err := make()
		if err != nil {
			return nil, err
		}
		all = append(all, made...)
	}
	return all, nil
})

func pairs() ([]Service, error) {
	var all []Service
	for _, r := range choices.Pairs(choices.Dimensions()) {
		d, err := choices.Draft(r, choices.InOrder())
		if err != nil {
			return nil, err
		}
		s, err := service(r.String(), d)
		if err != nil {
			return nil, err
		}
		s.Pair = true
		all = append(all, s)
	}
	return all, nil
}

// gallery are the services of the folder golden.
func gallery() ([]Service, error) {
	var all []Service
	found, err := filepath.Glob(filepath.Join("..", "..", "golden", "*", plan.Answers))
	if err != nil || len(found) == 0 {
		return nil, fmt.Errorf("no golden service found: %w", err)
	}
	for _, name := range found {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		d := answers.NewDraft()
		if err := d.Read(name, content); err != nil {
			return nil, err
		}
		s, err := service("golden/"+filepath.Base(filepath.Dir(name)), d)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// special are services with answers that meet nothing else in the pairs.
func special() ([]Service, error) {
	var all []Service
	for _, c := range []struct {
		name string
		sets []string
	}{
		{"trust domain with dashes", []string{
			"name=orders", "module=example.com/acme/orders", "identity.trustDomain=acme-1.corp_x.example",
			"identity.callers=spiffe://acme-1.corp_x.example/ns/1e3/sa/on,spiffe://acme-1.corp_x.example/ns/null/sa/e1,spiffe://acme-1.corp_x.example/x",
			"identity.federates=a-b.example",
			"calls.0.name=yes", "calls.0.protocol=grpc", "calls.0.id=spiffe://acme-1.corp_x.example/ns/0x1/sa/y", "calls.0.address=y.0x1.svc:9443",
		}},
		{"twenty calls", append([]string{"name=hub", "module=example.com/acme/hub", "serve=http,grpc"}, calls(20)...)},
		{"path of its own", []string{"name=orders", "module=example.com/acme/orders", "identity.path=/prod/eu/Orders._-1"}},
		{"all policies, keda, nats", []string{
			"name=no", "module=example.com/acme/no", "serve=http,worker", "worker.source=nats", "deploy.autoscale=keda", "deploy.namespace=2026-11-25",
			"deploy.policy=vap,kyverno,gatekeeper", "deploy.gitops=flux", "identity.federates=partner.example",
		}},
	} {
		d := answers.NewDraft()
		for _, set := range c.sets {
			at, value, _ := strings.Cut(set, "=")
			if err := d.Set(at, value, answers.SetFlag); err != nil {
				return nil, fmt.Errorf("%s: %w", set, err)
			}
		}
		s, err := service(c.name, d)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
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

func service(name string, d *answers.Draft) (Service, error) {
	a, err := d.Answers()
	if err != nil {
		return Service{}, fmt.Errorf("%s: %w", name, err)
	}
	p, err := plan.Make(a)
	if err != nil {
		return Service{}, fmt.Errorf("%s: %w", name, err)
	}
	files, err := render.Tree(p, "devel")
	if err != nil {
		return Service{}, fmt.Errorf("%s: %w", name, err)
	}
	s := Service{Name: name, Answers: a, Files: fstest.MapFS{}}
	for _, f := range files {
		s.Files[path.Clean(f.Path)] = &fstest.MapFile{Data: f.Content, Mode: f.Mode}
	}
	return s, nil
}
