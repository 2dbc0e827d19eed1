// Package kube tries what is emitted on a real API server with a real etcd, both built from
// their modules. There are no nodes and no controllers: what is tried is what the API server
// itself does with an object.
package kube

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/mintwright/mintwright/e2e/pins"
)

// The versions of what is built beside Kubernetes, whose is in package pins.
const (
	etcdVersion = "v3.7.3"
	helmVersion = "v4.3.1"
)

// binary returns the name of a program in the user's cache, which is built when it is not there.
func binary(ctx context.Context, name, version string, build func(ctx context.Context, to string) error) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "mintwright-e2e", runtime.Version()+"-"+runtime.GOARCH)
	program := filepath.Join(folder, name+"-"+version)
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	if err := build(ctx, program+".new"); err != nil {
		return "", fmt.Errorf("building %s %s: %w", name, version, err)
	}
	return program, os.Rename(program+".new", program)
}

// apiServer builds kube-apiserver. The go.mod of Kubernetes replaces its own modules by folders
// that no module zip has; each is a module of its own as well, at v0 of the same release.
func apiServer(ctx context.Context) (string, string, error) {
	all := pins.Kubernetes()
	m := all[len(all)-1]
	program, err := binary(ctx, "kube-apiserver", m.Version, func(ctx context.Context, to string) error {
		contents, err := pins.Read(m, "go.mod", "go.sum")
		if err != nil {
			return err
		}
		staging := "v0" + strings.TrimPrefix(m.Version, "v1")
		mod := regexp.MustCompile(`(k8s\.io/[a-z-]+) => \./staging/src/\S+`).ReplaceAllString(string(contents[0]), "$1 => $1 "+staging)
		mod = strings.Replace(mod, "module k8s.io/kubernetes", "module kube", 1) + "\nrequire " + m.Path + " " + m.Version + "\n"
		minor := strings.Split(m.Version, ".")[1]
		const version = "-X k8s.io/component-base/version."
		flags := "-s -w " + version + "gitVersion=" + m.Version + " " + version + "gitMajor=1 " + version + "gitMinor=" + minor
		return buildIn(ctx, map[string]string{"go.mod": mod, "go.sum": string(contents[1])}, to, "-ldflags", flags, m.Path+"/cmd/kube-apiserver")
	})
	return program, m.Version, err
}

// etcd builds etcd. Its own main package is in a module with replacements, and three lines long.
func etcd(ctx context.Context) (string, error) {
	return binary(ctx, "etcd", etcdVersion, func(ctx context.Context, to string) error {
		return buildIn(ctx, map[string]string{
			"go.mod":  "module etcd\n\ngo 1.26\n\nrequire go.etcd.io/etcd/server/v3 " + etcdVersion + "\n",
			"main.go": "package main\n\nimport (\n\t\"os\"\n\n\t\"go.etcd.io/etcd/server/v3/etcdmain\"\n)\n\nfunc main() { etcdmain.Main(os.Args) }\n",
		}, to, "-ldflags", "-s -w", ".")
	})
}

// helm builds Helm, whose module has no replacements.
func helm(ctx context.Context) (string, error) {
	return binary(ctx, "helm", helmVersion, func(ctx context.Context, to string) error {
		folder, err := os.MkdirTemp("", "helm-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		cmd := goCommand(ctx, folder, "install", "-trimpath", "-ldflags", "-s -w", "helm.sh/helm/v4/cmd/helm@"+helmVersion)
		cmd.Env = append(cmd.Env, "GOBIN="+folder)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		return os.Rename(filepath.Join(folder, "helm"), to)
	})
}

// buildIn builds a package in a module made of the files.
func buildIn(ctx context.Context, files map[string]string, to string, args ...string) error {
	folder, err := os.MkdirTemp("", "build-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	out, err := goCommand(ctx, folder, append([]string{"build", "-mod=mod", "-trimpath", "-o", to}, args...)...).CombinedOutput()
	if err != nil {
		return errors.Join(err, errors.New(string(out)))
	}
	return nil
}

func goCommand(ctx context.Context, folder string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0")
	return cmd
}
