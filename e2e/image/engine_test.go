//go:build linux

package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// engine is a Docker daemon with BuildKit, and the client that it understands.
type engine struct {
	client  string
	environ []string
	own     bool   // ours alone: names of images are free
	cgroup  string // of all that it runs; "" where that is not known
}

// newEngine returns an engine, or skips the test where none can be had.
func newEngine(t *testing.T) *engine {
	t.Helper()
	var tried []string
	for _, client := range clients() {
		e := &engine{client: client, environ: append(os.Environ(), "DOCKER_BUILDKIT=1")}
		err := e.builds()
		if err == nil {
			t.Logf("engine: %s, by %s", e.version(), client)
			return e
		}
		tried = append(tried, client+": "+err.Error())
	}
	e, err := startEngine(t)
	if errors.Is(err, errNone) {
		tried = append(tried, "a daemon of our own: "+err.Error())
		t.Skipf("NOT TESTED, NO CONTAINER ENGINE CAN BE HAD: the images of the golden services\n%s", strings.Join(tried, "\n"))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("engine: %s, a daemon of our own, by %s", e.version(), e.client)
	return e
}

// errNone says that there is no daemon to start.
var errNone = errors.New("no daemon to start")

// clients returns the programs called docker, the one on PATH first: some bring no BuildKit.
func clients() (found []string) {
	for _, name := range []string{"docker", "/usr/bin/docker", "/usr/local/bin/docker"} {
		if path, err := exec.LookPath(name); err == nil && !slices.Contains(found, path) {
			found = append(found, path)
		}
	}
	return found
}

// builds says why the engine cannot build with BuildKit, nil when it can.
func (e *engine) builds() error {
	const dockerfile = "FROM scratch\nLABEL probe=yes\n"
	_, err := e.try(strings.NewReader(dockerfile), "build", "-q", "-t", "mintwright-e2e/probe", "-")
	if err == nil {
		_, err = e.try(nil, "rmi", "-f", "mintwright-e2e/probe")
	}
	return err
}

func (e *engine) version() string {
	out, err := e.try(nil, "version", "--format", "{{.Server.Version}}, client {{.Client.Version}}")
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(out)
}

// try runs the client and returns what it printed; the error has what it complained of.
func (e *engine) try(stdin io.Reader, args ...string) (string, error) {
	cmd := exec.Command(e.client, args...)
	cmd.Env, cmd.Stdin = e.environ, stdin
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("docker %s: %w\n%s", args[0], err, tail(complaint.String()))
	}
	return out.String() + complaint.String(), nil
}

// run is try for what must work.
func (e *engine) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := e.try(nil, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// format returns one fact about an image or a container, by a Go template.
func (e *engine) format(t *testing.T, template, object string) string {
	t.Helper()
	return strings.TrimSpace(e.run(t, "inspect", "--format", template, object))
}

// tail is the end of a long text.
func tail(text string) string {
	const most = 6000
	if len(text) > most {
		return "…" + text[len(text)-most:]
	}
	return text
}

// startEngine starts a daemon with all that it has below a folder of its own, and ends it with
// the test. It has no bridge and touches no firewall: containers have the host's network or none.
func startEngine(t *testing.T) (*engine, error) {
	t.Helper()
	if os.Getuid() != 0 {
		return nil, fmt.Errorf("%w: only root can start one", errNone)
	}
	daemon, err := exec.LookPath("dockerd")
	if err != nil {
		return nil, fmt.Errorf("%w: no dockerd on PATH; Debian has it as docker.io", errNone)
	}
	folder, err := os.MkdirTemp("", "e2e-image")
	if err != nil {
		return nil, err
	}
	parent := "/mintwright-e2e-" + strconv.Itoa(os.Getpid())
	t.Cleanup(func() {
		// What is left of the daemon: the network namespace of --network=none, and empty groups.
		_ = syscall.Unmount(filepath.Join(folder, "exec/netns/default"), syscall.MNT_DETACH)
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
		groups, _ := filepath.Glob("/sys/fs/cgroup/*" + parent)
		for _, group := range append(groups, "/sys/fs/cgroup"+parent) {
			inner, _ := filepath.Glob(group + "/*")
			for _, g := range append(inner, group) {
				_ = syscall.Rmdir(g) // others are still in it, or it is not there
			}
		}
	})
	settings := filepath.Join(folder, "none.json") // those of the machine are not for us
	if err := os.WriteFile(settings, []byte("{}"), 0o600); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		return nil, err
	}
	socket := "unix://" + filepath.Join(folder, "docker.sock")
	cmd := exec.Command(daemon,
		"--data-root", filepath.Join(folder, "root"), "--exec-root", filepath.Join(folder, "exec"),
		"--pidfile", filepath.Join(folder, "pid"), "-H", socket, "--config-file", settings,
		"--storage-driver=overlay2", "--iptables=false", "--ip6tables=false", "--bridge=none",
		"--cgroup-parent="+parent)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	started, ended := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread() // the signal comes when this thread ends
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // it is told to end
		}
		close(ended)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(time.Minute):
			_ = cmd.Process.Kill()
			<-ended
		}
	})

	var last error
	for _, client := range clients() {
		e := &engine{client: client, own: true, cgroup: parent, environ: append(os.Environ(), "DOCKER_BUILDKIT=1", "DOCKER_HOST="+socket)}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		for last = errors.New("it does not answer"); last != nil && ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
			if _, last = e.try(nil, "version"); last == nil {
				break
			}
			select {
			case <-ended:
				text, _ := os.ReadFile(log.Name())
				return nil, fmt.Errorf("dockerd ended:\n%s", tail(string(text)))
			default:
			}
		}
		if last == nil {
			if last = e.builds(); last == nil {
				return e, nil
			}
		}
	}
	return nil, last
}

// cpu returns the processor time of all that the engine has run in containers, builds among them,
// and whether it is known.
func (e *engine) cpu() (time.Duration, bool) {
	if e.cgroup == "" {
		return 0, false
	}
	if text, err := os.ReadFile(filepath.Join("/sys/fs/cgroup/cpuacct", e.cgroup, "cpuacct.usage")); err == nil {
		n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		return time.Duration(n), err == nil
	}
	text, err := os.ReadFile(filepath.Join("/sys/fs/cgroup", e.cgroup, "cpu.stat"))
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "usage_usec "); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(rest), 10, 64)
			return time.Duration(n) * time.Microsecond, err == nil
		}
	}
	return 0, false
}
