//go:build linux

package kube

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/mintwright/mintwright/e2e/pins"
)

// programs are what the trial runs, by their names on disk.
type programs struct{ apiserver, etcd, helm string }

// found returns the programs: those of the environment, of PATH (etcd and helm), of the cache,
// or built from their modules into the cache.
func found(t *testing.T) programs {
	t.Helper()
	cache := cacheFolder(t)
	p := programs{
		apiserver: built(t, filepath.Join(cache, "kube-apiserver"), buildAPIServer),
		etcd:      os.Getenv("ETCD"),
		helm:      os.Getenv("HELM"),
	}
	if p.etcd == "" {
		p.etcd = onPathOr(t, "etcd", filepath.Join(cache, "etcd-"+etcdVersion), buildEtcd)
	}
	if p.helm == "" {
		version := strings.TrimSpace(output(t, exec.Command("go", "list", "-m", "-f", "{{.Version}}", "helm.sh/helm/v4")))
		p.helm = onPathOr(t, "helm", filepath.Join(cache, "helm-"+version), func(name string) error { return buildHelm(name, version) })
	}
	if got, want := strings.TrimSpace(output(t, exec.Command(p.apiserver, "--version"))), "Kubernetes "+kubernetesModule().Version; got != want {
		t.Fatalf("%s says that it is %q, not %q; remove it, and it is built anew", p.apiserver, got, want)
	}
	t.Logf("Kubernetes %s; %s; helm %s", kubernetesModule().Version, firstLine(output(t, exec.Command(p.etcd, "--version"))),
		firstLine(output(t, exec.Command(p.helm, "version", "--template", "{{.Version}}"))))
	return p
}

// kubernetesModule is the newest minor that a chart claims to run on.
func kubernetesModule() pins.Module {
	all := pins.Kubernetes()
	return all[len(all)-1]
}

// cacheFolder is where what was built is kept, outside of the repository: KUBE_CACHE, or a
// folder of the user's cache.
func cacheFolder(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("KUBE_CACHE")
	if folder == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			t.Fatalf("no folder to keep kube-apiserver in (set KUBE_CACHE): %v", err)
		}
		folder = filepath.Join(user, "mintwright", "kube", kubernetesModule().Version)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

func onPathOr(t *testing.T, program, name string, build func(string) error) string {
	t.Helper()
	if on, err := exec.LookPath(program); err == nil {
		return on
	}
	return built(t, name, build)
}

// built returns the program of that name, which it builds when it is not there.
func built(t *testing.T, name string, build func(name string) error) string {
	t.Helper()
	if _, err := os.Stat(name); err == nil {
		return name
	}
	begin := time.Now()
	t.Logf("building %s; it is kept for the next time", filepath.Base(name))
	if err := build(name); err != nil {
		t.Fatalf("building %s: %v\n"+
			"Go has to reach its module proxy, and needs 3 GB of memory and of disk for kube-apiserver.\n"+
			"Or put a kube-apiserver of %s into the folder that KUBE_CACHE names; for etcd, apt-get install etcd-server "+
			"or let ETCD name one; for helm, let HELM name one of version 4.", filepath.Base(name), err, kubernetesModule().Version)
	}
	t.Logf("built %s in %s", filepath.Base(name), time.Since(begin).Round(time.Second))
	return name
}

// buildAPIServer builds kube-apiserver. The modules that Kubernetes keeps in its own tree
// (staging) are taken as they are published, and the version is written into the program as a
// release has it: Helm compares it with the kubeVersion of a chart.
func buildAPIServer(name string) error {
	k := kubernetesModule()
	contents, err := pins.Read(k, "go.mod", "go.sum")
	if err != nil {
		return err
	}
	mod, err := apiserverModule(contents[0], k)
	if err != nil {
		return err
	}
	_, minor, _ := strings.Cut(k.Version, ".")
	minor, _, _ = strings.Cut(minor, ".")
	const version = "-X k8s.io/component-base/version."
	flags := fmt.Sprintf("-s -w %[1]sgitVersion=%[2]s %[1]sgitMajor=1 %[1]sgitMinor=%[3]s %[1]sgitTreeState=clean", version, k.Version, minor)
	return buildIn(name, map[string][]byte{"go.mod": mod, "go.sum": contents[1]}, flags, k.Path+"/cmd/kube-apiserver")
}

// apiserverModule is the go.mod of Kubernetes as that of a module which requires Kubernetes.
func apiserverModule(content []byte, k pins.Module) ([]byte, error) {
	f, err := modfile.Parse("go.mod", content, nil)
	if err != nil {
		return nil, err
	}
	staged := "v0" + strings.TrimPrefix(k.Version, "v1")
	for _, r := range f.Replace {
		if !strings.HasPrefix(r.New.Path, "./staging/") {
			continue
		}
		if err := f.AddReplace(r.Old.Path, r.Old.Version, r.Old.Path, staged); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(f.AddModuleStmt("kube"), f.AddRequire(k.Path, k.Version)); err != nil {
		return nil, err
	}
	f.Cleanup()
	return f.Format()
}

const etcdVersion = "v3.7.3"

func buildEtcd(name string) error {
	const path = "go.etcd.io/etcd/server/v3"
	mod := fmt.Appendf(nil, "module etcd\n\ngo 1.26.0\n\nrequire %s %s\n", path, etcdVersion)
	return buildIn(name, map[string][]byte{"go.mod": mod}, "-s -w", path)
}

func buildHelm(name, version string) error {
	const path = "helm.sh/helm/v4"
	mod := fmt.Appendf(nil, "module helm\n\ngo 1.26.0\n\nrequire %s %s\n", path, version)
	flags := "-s -w -X " + path + "/internal/version.version=" + version
	return buildIn(name, map[string][]byte{"go.mod": mod}, flags, path+"/cmd/helm")
}

// buildIn builds a command in a module that is thrown away.
func buildIn(name string, module map[string][]byte, flags, command string) error {
	folder, err := os.MkdirTemp("", "kube-build-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	for file, content := range module {
		if err := os.WriteFile(filepath.Join(folder, file), content, 0o600); err != nil {
			return err
		}
	}
	part := name + ".part"
	cmd := exec.Command("go", "build", "-mod=mod", "-trimpath", "-ldflags", flags, "-o", part, command)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", command, err, bytes.TrimSpace(out))
	}
	return os.Rename(part, name)
}

// output is what a command prints on its standard output.
func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, stderr.Bytes())
	}
	return string(out)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
