//go:build linux || darwin

package disk

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A child is this test binary, told by its environment what to do.
const (
	childDir    = "DISK_TEST_DIR"     // where to create the service
	childKillAt = "DISK_TEST_KILL_AT" // the step before which it kills itself
	childSlow   = "DISK_TEST_SLOW"    // how long it waits before each step
	childWait   = "DISK_TEST_WAIT"    // wait for a line on stdin first
)

// TestChild is not a test: it is what the tests below start.
func TestChild(t *testing.T) {
	dir, isChild := os.LookupEnv(childDir)
	if !isChild {
		t.Skip("started by other tests only")
	}
	killAt, err := strconv.Atoi(os.Getenv(childKillAt))
	if err != nil {
		killAt = -1
	}
	slow, err := time.ParseDuration(os.Getenv(childSlow))
	if err != nil {
		slow = 0
	}
	if os.Getenv(childWait) != "" {
		fmt.Println("ready")
		if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	o := Options{step: func(string) error {
		if n == killAt {
			return syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
		n++
		time.Sleep(slow)
		return nil
	}}
	_, err = Create(t.Context(), dir, service(t), o)
	switch {
	case err == nil:
		fmt.Println("result: created")
	default:
		fmt.Printf("result: %v\n", err)
	}
}

func child(t testing.TB, dir string, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), append(env, childDir+"="+dir)...)
	return cmd
}

func wasKilled(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// places are the two ways of writing, and what is there before.
type startingPlace struct {
	name   string
	target string
	set    func(t testing.TB, base string)
	before map[string]string
}

func startingPlaces() []startingPlace {
	return []startingPlace{
		{"missing", "a/orders", func(testing.TB, string) {}, map[string]string{}},
		{"existing", "orders", func(t testing.TB, base string) {
			put(t, filepath.Join(base, "orders/.git/HEAD"), "ref")
		}, map[string]string{"orders/": "", "orders/.git/": "", "orders/.git/HEAD": "-rw-r--r-- ref"}},
	}
}

func (p startingPlace) after(t testing.TB) map[string]string {
	want := maps.Clone(p.before)
	maps.Copy(want, prefixed(p.target+"/", expected(service(t))))
	for dir := filepath.Dir(p.target); dir != "."; dir = filepath.Dir(dir) {
		want[dir+"/"] = ""
	}
	return want
}

// settle runs Create once more after a kill: then all of it is there, and nothing else.
func (p startingPlace) settle(t testing.TB, base string) {
	t.Helper()
	dir := filepath.Join(base, p.target)
	if p.name == "missing" {
		// Here even the moment of the kill shows nothing, or all of it.
		if got := names(t, base); slices.Contains(got, "a") {
			checkContents(t, dir, expected(service(t)))
		}
	}
	_, err := Create(t.Context(), dir, service(t), Options{})
	if err != nil {
		checkReason(t, err, ErrNotEmpty, dir) // it was complete
	}
	checkContents(t, base, p.after(t))
}

func TestKillAtAStep(t *testing.T) {
	for _, p := range startingPlaces() {
		t.Run(p.name, func(t *testing.T) {
			for at := 0; ; at++ {
				if 2 < at && at < 59 && at%20 != 0 {
					continue // one write is like another
				}
				base := t.TempDir()
				p.set(t, base)
				out, err := child(t, filepath.Join(base, p.target), childKillAt+"="+strconv.Itoa(at)).CombinedOutput()
				if err == nil {
					if at < 60 {
						t.Fatalf("it ended after %d steps: %s", at, out)
					}
					return
				}
				if !wasKilled(err) {
					t.Fatalf("child: %v\n%s", err, out)
				}
				p.settle(t, base)
				if t.Failed() {
					t.Fatalf("after a kill at step %d", at)
				}
			}
		})
	}
}

func TestKillAtAnyMoment(t *testing.T) {
	for _, p := range startingPlaces() {
		t.Run(p.name, func(t *testing.T) {
			for range 6 {
				base := t.TempDir()
				p.set(t, base)
				cmd := child(t, filepath.Join(base, p.target), childSlow+"=1ms", childWait+"=1")
				in, err := cmd.StdinPipe()
				if err != nil {
					t.Fatal(err)
				}
				out, err := cmd.StdoutPipe()
				if err != nil {
					t.Fatal(err)
				}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
					t.Fatal(err)
				}
				if _, err := io.WriteString(in, "go\n"); err != nil {
					t.Fatal(err)
				}
				time.Sleep(rand.N(110 * time.Millisecond))
				if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
					t.Fatal(err)
				}
				_ = cmd.Wait() // killed, or done just before
				p.settle(t, base)
				if t.Failed() {
					t.FailNow()
				}
			}
		})
	}
}

func TestEightAtOnce(t *testing.T) {
	for _, p := range startingPlaces() {
		t.Run(p.name, func(t *testing.T) {
			base := t.TempDir()
			p.set(t, base)
			var outs [8]bytes.Buffer
			var cmds [8]*exec.Cmd
			var ins [8]io.WriteCloser
			for i := range cmds {
				cmds[i] = child(t, filepath.Join(base, p.target), childWait+"=1", childSlow+"=100us")
				cmds[i].Stdout, cmds[i].Stderr = &outs[i], &outs[i]
				in, err := cmds[i].StdinPipe()
				if err != nil {
					t.Fatal(err)
				}
				ins[i] = in
				if err := cmds[i].Start(); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(100 * time.Millisecond) // most of them are ready, so that they meet
			for _, in := range ins {
				if _, err := io.WriteString(in, "go\n"); err != nil {
					t.Fatal(err)
				}
			}
			won := 0
			for i, cmd := range cmds {
				if err := cmd.Wait(); err != nil {
					t.Fatalf("child: %v\n%s", err, outs[i].String())
				}
				_, result, _ := strings.Cut(outs[i].String(), "result: ")
				result, _, _ = strings.Cut(result, "\n")
				switch {
				case result == "created":
					won++
				case !strings.Contains(result, ErrBusy.Error()) && !strings.Contains(result, ErrNotEmpty.Error()):
					t.Errorf("a loser says %q", result)
				}
			}
			if won != 1 {
				t.Errorf("%d runs won, want 1", won)
			}
			checkContents(t, base, p.after(t))
		})
	}
}

func TestUmask(t *testing.T) {
	base := t.TempDir()
	if err := os.Mkdir(filepath.Join(base, "there"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"new", "there"} {
		dir := filepath.Join(base, target)
		cmd := child(t, dir)
		old := syscall.Umask(0o027)
		out, err := cmd.CombinedOutput()
		syscall.Umask(old)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		want := map[string]os.FileMode{"go.mod": 0o640, "run.sh": 0o750, "internal": 0o750, "internal/p0": 0o750}
		if target == "new" {
			want["."] = 0o750
		}
		for name, mode := range want {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != mode {
				t.Errorf("%s/%s: want %v, got %v", target, name, mode, info.Mode().Perm())
			}
		}
	}
}

// A folder that hands its group down (setgid) does so for the service too.
func TestGroupIsHandedDown(t *testing.T) {
	base := t.TempDir()
	if err := os.Chmod(base, 0o755|os.ModeSetgid); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(base, "by/hand"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(base, "there"), 0o755); err != nil {
		t.Fatal(err)
	}
	want, err := os.Stat(filepath.Join(base, "by/hand")) // some systems have no such bit for folders
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"new", "there"} {
		if _, err := Create(t.Context(), filepath.Join(base, target), service(t), Options{}); err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{".", "internal", "internal/p0"} {
			got, err := os.Stat(filepath.Join(base, target, dir))
			if err != nil {
				t.Fatal(err)
			}
			if got.Mode() != want.Mode() {
				t.Errorf("%s/%s: want %v as by hand, got %v", target, dir, want.Mode(), got.Mode())
			}
		}
	}
}

// A folder that may not be written: as root the child gives up its rights first.
func TestReadOnlyFolder(t *testing.T) {
	base := t.TempDir()
	for dir := base; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(base, "closed/there"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"closed/there", "closed"} {
		if err := os.Chmod(filepath.Join(base, dir), 0o555); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, dir := range []string{"closed", "closed/there"} {
			if err := os.Chmod(filepath.Join(base, dir), 0o755); err != nil {
				t.Error(err)
			}
		}
	})
	for _, target := range []string{"closed/there", "closed/new"} {
		cmd := child(t, filepath.Join(base, target))
		if os.Getuid() == 0 {
			// The test binary may lie where nobody else can read: give a copy.
			cmd.Path = copyForAll(t, cmd.Path)
			cmd.Dir = "/"
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if !strings.Contains(string(out), ErrReadOnly.Error()+": permission denied") {
			t.Errorf("%s: %s", target, out)
		}
	}
	checkContents(t, base, map[string]string{"closed/": "", "closed/there/": ""})
}

func copyForAll(t *testing.T, binary string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "disk")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	content, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "child")
	if err := errors.Join(os.WriteFile(name, content, 0o755), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	return name
}
