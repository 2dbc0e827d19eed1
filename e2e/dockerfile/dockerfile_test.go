// Package dockerfile lets BuildKit's own linter judge the Dockerfile of each service, and the
// types of the OCI runtime its seccomp profile.
package dockerfile

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/mintwright/mintwright/e2e/services"
)

// offline knows every image, and that it has nothing to say.
type offline struct{}

func (offline) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	return ref, "", []byte(`{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/local/bin:/usr/bin:/bin"]},"rootfs":{"type":"layers","diff_ids":[]}}`), nil
}

// lint returns what BuildKit's linter has against a Dockerfile, its experimental rules included.
func lint(t *testing.T, dockerfile []byte) []string {
	t.Helper()
	var found []string
	source := llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", dockerfile)
	source.Definition = &llb.Definition{Def: [][]byte{nil}, Metadata: map[digest.Digest]llb.OpMetadata{}}
	result, err := dockerfile2llb.DockerfileLint(t.Context(), dockerfile, dockerfile2llb.ConvertOpt{
		SourceMap: source, MetaResolver: offline{}, AllStages: true,
		Config: dockerui.Config{LinterConfig: &linter.Config{ExperimentalAll: true}},
		Warn:   func(string, string, string, string, []parser.Range) {},
	})
	if err != nil {
		return []string{err.Error()}
	}
	for _, w := range result.Warnings {
		found = append(found, w.RuleName+": "+w.Detail+at(w.Location))
	}
	if result.Error != nil {
		found = append(found, result.Error.Message)
	}
	return found
}

func at(l *pb.Location) string {
	if l == nil || len(l.Ranges) == 0 || l.Ranges[0].Start == nil {
		return ""
	}
	return fmt.Sprintf(" (line %d)", l.Ranges[0].Start.Line)
}

// TestLint: BuildKit's linter finds nothing in the Dockerfile of any service.
func TestLint(t *testing.T) {
	all := services.All(t)
	for _, s := range all {
		for _, fault := range lint(t, s.Read(t, "Dockerfile")) {
			t.Errorf("%s: %s", s.Name, fault)
		}
		s.Read(t, ".dockerignore")
	}
	t.Logf("%d Dockerfiles by BuildKit's linter", len(all))
	if len(all) < 50 {
		t.Error("too few")
	}
}

// TestBites: the linter does find faults.
func TestBites(t *testing.T) {
	for _, bad := range []string{
		"from alpine\nRUN true\n",
		"FROM alpine AS Build\nCMD echo a\n",
		"FROM alpine\nARG PASSWORD=x\nENV TOKEN=y\nMAINTAINER a\n",
		"FROM alpine\nWORKDIR app\n",
	} {
		if len(lint(t, []byte(bad))) == 0 {
			t.Errorf("nothing found in:\n%s", bad)
		}
	}
}

// TestSeccomp: the seccomp profile is one to the runtime.
func TestSeccomp(t *testing.T) {
	profiles := 0
	for _, s := range services.All(t) {
		// Docker's form of the file, which Kubernetes nodes read too: that of the OCI with
		// "names" and "action", and architectures by sub-architecture.
		var profile struct {
			specs.LinuxSeccomp
			Comment string `json:"comment,omitempty"`
		}
		d := json.NewDecoder(bytes.NewReader(s.Read(t, "deploy/extras/seccomp.json")))
		d.DisallowUnknownFields()
		if err := d.Decode(&profile); err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		if profile.DefaultAction != specs.ActErrno && profile.DefaultAction != specs.ActKillProcess {
			t.Errorf("%s: what is not named is %s", s.Name, profile.DefaultAction)
		}
		seen := map[string]bool{}
		for _, call := range profile.Syscalls {
			for _, name := range call.Names {
				if seen[name] && len(call.Args) == 0 {
					t.Errorf("%s: %s is there twice", s.Name, name)
				}
				seen[name] = true
			}
		}
		for _, name := range []string{"execve", "futex", "epoll_pwait", "clone", "mmap", "accept4", "rt_sigreturn", "exit_group", "getrandom"} {
			if !seen[name] {
				t.Errorf("%s: Go needs %s", s.Name, name)
			}
		}
		profiles++
	}
	t.Logf("%d seccomp profiles by the types of the OCI runtime", profiles)
}
