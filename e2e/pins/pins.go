// Package pins reads files out of the module zips of Kubernetes and of the projects whose
// custom resources a service uses. Each zip is pinned by its hash, as in a go.sum, and read
// where the go command keeps it; nothing of it is built or committed here.
package pins

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/dirhash"
)

// Module is a module at a version, with the hash of its zip.
type Module struct{ Path, Version, Hash string }

// String is the module as the go command writes it.
func (m Module) String() string { return m.Path + "@" + m.Version }

// Kubernetes returns the minors that a chart claims to run on, oldest first: the newest four.
func Kubernetes() []Module {
	const path = "k8s.io/kubernetes"
	return []Module{
		{path, "v1.34.4", "h1:Yy6R4QB8C9kJPp25GFqEvX5XQwY5qzKeqD0Xx6oAcmk="},
		{path, "v1.35.4", "h1:o/8dBC/pHVpYoGV4OAIytAlNPZbdYVTXJHoYvXC4qzM="},
		{path, "v1.36.3", "h1:qDQdoMiluAE2Eab6Fa52YV+WjiGz9mZFFoagEA6cI+o="},
		{path, "v1.37.2", "h1:A2VDEiObzkYqFTKhSsn0ZEb0RlLEXpHWj93gi2HqEwE="},
	}
}

// CRDs are the files of a module that hold definitions of custom resources.
type CRDs struct {
	Module Module
	Files  []string
}

// Definitions returns where the definitions of custom resources are read.
func Definitions() []CRDs {
	return []CRDs{
		{Module{"github.com/argoproj/argo-cd/v3", "v3.6.1", "h1:OmhqeKiR3C//awbFrhQqFdtRI+Qiv17j8vqm3UkMj/g="}, []string{
			"manifests/crds/application-crd.yaml", "manifests/crds/applicationset-crd.yaml", "manifests/crds/appproject-crd.yaml",
		}},
		{Module{"github.com/argoproj/argo-rollouts", "v1.10.2", "h1:sEPWsY+HUvnXj3Vh0ejb+GDTceQ/palqhFo2FVQJMk0="}, []string{
			"manifests/crds/rollout-crd.yaml", "manifests/crds/analysis-template-crd.yaml",
		}},
		{Module{"github.com/fluxcd/kustomize-controller", "v1.10.1", "h1:IjTnrkIy0ULJoTNC2ZKuMb32vkqj7dJ6zt6UqbTFxKA="}, []string{
			"config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml",
		}},
		{Module{"github.com/fluxcd/source-controller", "v1.10.1", "h1:vkYpgpLZu20LQ2UN4lPBdWH7sqTNdQ8FjcZD/HogN2E="}, []string{
			"config/crd/bases/source.toolkit.fluxcd.io_gitrepositories.yaml",
			"config/crd/bases/source.toolkit.fluxcd.io_helmrepositories.yaml",
			"config/crd/bases/source.toolkit.fluxcd.io_ocirepositories.yaml",
		}},
		{Module{"github.com/kedacore/keda/v2", "v2.21.0", "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps="}, []string{
			"config/crd/bases/keda.sh_scaledobjects.yaml", "config/crd/bases/keda.sh_triggerauthentications.yaml",
		}},
		{Module{"github.com/kyverno/kyverno", "v1.19.1", "h1:/MkgFii3/VlQfKR1JpC9tVwNNVNQTt2S4U6qCsafsTU="}, []string{
			"config/crds/policies.kyverno.io/policies.kyverno.io_imagevalidatingpolicies.yaml",
			"config/crds/policies.kyverno.io/policies.kyverno.io_mutatingpolicies.yaml",
			"config/crds/policies.kyverno.io/policies.kyverno.io_policyexceptions.yaml",
			"config/crds/policies.kyverno.io/policies.kyverno.io_validatingpolicies.yaml",
		}},
		{Module{"github.com/open-policy-agent/gatekeeper/v3", "v3.23.1", "h1:njHTm0SJ6ZEhhEgmQTpJKTGQbc99fSs4hGiEp1OIKck="}, []string{
			"config/crd/bases/constrainttemplate-customresourcedefinition.yaml",
		}},
		{Module{"github.com/prometheus-operator/prometheus-operator", "v0.85.0", "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s="}, []string{
			"example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml",
			"example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
			"example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
		}},
		{Module{"sigs.k8s.io/gateway-api", "v1.7.0", "h1:duVnm7nO6oXfMMUWfcDoBph47CYR/ME3NGxccOVglaY="}, []string{
			"config/crd/standard/gateway.networking.k8s.io_grpcroutes.yaml",
			"config/crd/standard/gateway.networking.k8s.io_httproutes.yaml",
			"config/crd/standard/gateway.networking.k8s.io_tlsroutes.yaml",
		}},
	}
}

// Zip is the zip of a module, whose hash was found right.
type Zip struct {
	module Module
	reader *zip.ReadCloser
	files  map[string]*zip.File
}

// Open finds the zip of m in the module cache, downloading it when it is not there, and
// compares its hash.
func Open(m Module) (*Zip, error) {
	name, err := download(m)
	if err != nil {
		return nil, fmt.Errorf("downloading %s: %w", m, err)
	}
	hash, err := dirhash.HashZip(name, dirhash.Hash1)
	if err != nil {
		return nil, fmt.Errorf("hashing %s: %w", m, err)
	}
	if hash != m.Hash {
		return nil, fmt.Errorf("%s has the hash %s, not %s as pinned", m, hash, m.Hash)
	}
	r, err := zip.OpenReader(name)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", m, err)
	}
	z := &Zip{module: m, reader: r, files: map[string]*zip.File{}}
	for _, f := range r.File {
		z.files[strings.TrimPrefix(f.Name, m.String()+"/")] = f
	}
	return z, nil
}

// download returns the name of m's zip. The go command may refuse to unpack a module that
// asks for a newer Go; its zip is there all the same, and no code of it is run here.
func download(m Module) (string, error) {
	folder, err := os.MkdirTemp("", "pins-*") // outside of any module
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	cmd := exec.Command("go", "mod", "download", "-json", m.String())
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	failure := cmd.Run()
	var got struct{ Zip, Error string }
	if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
		return "", errors.Join(failure, fmt.Errorf("go mod download: %s", strings.TrimSpace(stderr.String())))
	}
	if got.Zip == "" {
		return "", fmt.Errorf("go mod download: %s", got.Error)
	}
	return got.Zip, nil
}

// ReadFile returns the content of the file of that path in the module.
func (z *Zip) ReadFile(name string) ([]byte, error) {
	f, found := z.files[name]
	if !found {
		return nil, fmt.Errorf("%s has no %s", z.module, name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// Close closes the zip.
func (z *Zip) Close() error { return z.reader.Close() }

// Read returns the files of m, in their order.
func Read(m Module, names ...string) ([][]byte, error) {
	z, err := Open(m)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	var contents [][]byte
	for _, name := range names {
		content, err := z.ReadFile(name)
		if err != nil {
			return nil, err
		}
		contents = append(contents, content)
	}
	return contents, nil
}

// Each calls read for every item, two at a time, and returns the errors joined.
func Each[T any](items []T, read func(int, T) error) error {
	var wg sync.WaitGroup
	failures := make([]error, len(items))
	turns := make(chan struct{}, 2)
	for i, item := range items {
		wg.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			failures[i] = read(i, item)
		})
	}
	wg.Wait()
	return errors.Join(failures...)
}
