//go:build !windows

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"golang.org/x/term"
)

// patience is the limit of each step at a terminal.
const patience = 20 * time.Second

// genProgram is this test, which is gen when it is called so.
func genProgram(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "gen")
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	return program
}

// genEnviron has nothing of the machine but the path of its programs.
func genEnviron(t *testing.T, more ...string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TERM=xterm-256color", "GIT_CONFIG_NOSYSTEM=1",
	}, more...)
}

// console is gen at a terminal.
type console struct {
	t      *testing.T
	dir    string // where it was started, empty
	cmd    *exec.Cmd
	master *os.File
	tty    *os.File
	before *term.State
	ended  chan error

	mu     sync.Mutex
	screen vt10x.Terminal
	raw    []byte // all that was written
	seen   int    // of raw, by expect
}

type consoleOptions struct {
	cols, rows int
	silent     bool // answers no cursor query
	environ    []string
}

func openConsole(t *testing.T, o consoleOptions, args ...string) *console {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Skipf("no terminal can be made: %v", err)
	}
	if o.cols == 0 {
		o.cols, o.rows = 100, 30
	}
	if err := pty.Setsize(master, &pty.Winsize{Cols: uint16(o.cols), Rows: uint16(o.rows)}); err != nil {
		t.Fatal(err)
	}
	c := &console{t: t, dir: t.TempDir(), master: master, tty: tty, ended: make(chan error, 1)}
	if c.before, err = term.GetState(int(tty.Fd())); err != nil {
		t.Fatal(err)
	}
	options := []vt10x.TerminalOption{vt10x.WithSize(o.cols, o.rows)}
	if !o.silent {
		options = append(options, vt10x.WithWriter(master))
	}
	c.screen = vt10x.New(options...)

	c.cmd = exec.Command(genProgram(t), args...)
	c.cmd.Dir = c.dir
	c.cmd.Env = genEnviron(t, o.environ...)
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = tty, tty, tty
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		chunk := make([]byte, 4096)
		for {
			n, err := master.Read(chunk)
			c.mu.Lock()
			c.raw = append(c.raw, chunk[:n]...)
			c.mu.Unlock()
			_, _ = c.screen.Write(chunk[:n])
			if err != nil {
				return
			}
		}
	}()
	go func() { c.ended <- c.cmd.Wait() }()
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill()
		_ = tty.Close()
		_ = master.Close()
		<-read
	})
	return c
}

// expect waits until text is written after what was expected before.
func (c *console) expect(text string) {
	c.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		c.mu.Lock()
		at := bytes.Index(c.raw[c.seen:], []byte(text))
		if at >= 0 {
			c.seen += at + len(text)
		}
		c.mu.Unlock()
		if at >= 0 {
			return
		}
		if time.Now().After(end) {
			c.t.Fatalf("want %q on the terminal, got\n%s", text, c.screen.String())
		}
	}
}

// prompt waits for a prompt of survey: its text, and a terminal that is read key by key.
func (c *console) prompt(text string) {
	c.t.Helper()
	c.expect(text)
	for end := time.Now().Add(patience); !c.isRaw(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			c.t.Fatalf("the terminal is not read key by key at %q", text)
		}
	}
	c.settle()
}

// settle waits until nothing has been written for a while: survey asks for the cursor before it
// reads keys, and on a busy machine that takes its time.
func (c *console) settle() {
	for before := -1; ; {
		c.mu.Lock()
		written := len(c.raw)
		c.mu.Unlock()
		if written == before {
			return
		}
		before = written
		time.Sleep(200 * time.Millisecond)
	}
}

func (c *console) isRaw() bool {
	now, err := term.GetState(int(c.tty.Fd()))
	return err == nil && !reflect.DeepEqual(now, c.before)
}

func (c *console) keys(keys string) {
	c.t.Helper()
	if _, err := c.master.WriteString(keys); err != nil {
		c.t.Fatal(err)
	}
}

const (
	enter  = "\r"
	ctrlC  = "\x03"
	ctrlD  = "\x04"
	escape = "\x1b"
	down   = "\x1b[B"
	up     = "\x1b[A"
)

// exit waits for the end, and returns the exit code. The terminal has to be as it was.
func (c *console) exit() int {
	c.t.Helper()
	var err error
	select {
	case err = <-c.ended:
	case <-time.After(patience):
		c.t.Fatalf("gen did not end; its terminal shows\n%s", c.screen.String())
	}
	if c.isRaw() {
		c.t.Error("the terminal was not restored")
	}
	var failed *exec.ExitError
	switch {
	case errors.As(err, &failed):
		return failed.ExitCode()
	case err != nil:
		c.t.Fatal(err)
	}
	return 0
}

// output is all that was written so far.
func (c *console) output() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.raw)
}

// empty fails when anything was written to the folder.
func (c *console) empty() {
	c.t.Helper()
	emptyFolder(c.t, c.dir)
}

func emptyFolder(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("%s was left behind", e.Name())
	}
}

// interrupted waits for what Ctrl-C has to lead to.
func (c *console) interrupted() {
	c.t.Helper()
	if code := c.exit(); code != exitInterrupted {
		c.t.Errorf("exit code: want %d, got %d\n%s", exitInterrupted, code, c.screen.String())
	}
	c.expect("nothing was written")
	if out := c.output(); strings.LastIndex(out, "\x1b[?25l") > strings.LastIndex(out, showCursor) {
		c.t.Error("the cursor was left hidden")
	}
	c.empty()
}

// allBut gives every answer but one as a flag, so that its question is the first.
func allBut(path string) []string {
	args := []string{"new"}
	for _, a := range []struct{ path, arg string }{
		{"name", "orders"},
		{"module", "--module=example.com/acme/orders"},
		{"description", "--description="},
		{"owner", "--owner="},
		{"serve", "--serve=http"},
		{"store", "--store=none"},
		{"identity.trustDomain", "--trust-domain=example.org"},
		{"deploy.namespace", "--namespace=default"},
		{"identity.callers", "--callers="},
		{"calls", "--set=calls="},
		{"telemetry.signals", "--signals=traces"},
		{"telemetry.protocol", "--otlp-protocol=grpc"},
		{"telemetry.collector.address", "--collector=127.0.0.1:4317"},
	} {
		if a.path != path {
			args = append(args, a.arg)
		}
	}
	return args
}

func TestConsoleCtrlCInEachPrompt(t *testing.T) {
	for _, tc := range []struct{ kind, open, message string }{
		{"input", "name", "Name of the service"},
		{"select", "telemetry.protocol", "OTLP protocol"},
		{"multiselect", "telemetry.signals", "Telemetry to export"},
		{"confirm", "calls", "Does it call another"},
		{"review", "", "Is this right"},
	} {
		for _, key := range []struct{ name, keys string }{{"ctrl-c", ctrlC}, {"ctrl-d", ctrlD}, {"typed then ctrl-c", "ab" + ctrlC}} {
			t.Run(tc.kind+"/"+key.name, func(t *testing.T) {
				t.Parallel()
				c := openConsole(t, consoleOptions{}, allBut(tc.open)...)
				c.prompt(tc.message)
				c.keys(key.keys)
				c.interrupted()
			})
		}
	}
}

func TestConsoleSignalInPrompt(t *testing.T) {
	t.Parallel()
	for _, open := range []string{"name", "telemetry.protocol"} {
		c := openConsole(t, consoleOptions{}, allBut(open)...)
		c.prompt("? ")
		if err := c.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		c.interrupted()
	}
}

// A slow git keeps gen between two prompts.
func TestConsoleCtrlCBetweenPrompts(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	asked := filepath.Join(t.TempDir(), "asked")
	script := "#!/bin/sh\ntouch " + asked + "\nexec sleep 60\n"
	if err := os.WriteFile(filepath.Join(bin, "git"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	c := openConsole(t, consoleOptions{environ: []string{"PATH=" + bin + ":" + os.Getenv("PATH")}}, allBut("owner")...)
	for end := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		if _, err := os.Stat(asked); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("git was not asked")
		}
	}
	if c.isRaw() {
		t.Fatal("a prompt is open")
	}
	c.keys(ctrlC)
	c.interrupted()
}

func TestConsoleWritesAfterReview(t *testing.T) {
	t.Parallel()
	c := openConsole(t, consoleOptions{}, "new", "--no-git")
	c.prompt("Name of the service")
	c.keys("Orders" + enter)
	c.prompt("invalid") // asked again, with the reason
	c.keys("orders" + enter)
	c.prompt("Go module")
	c.keys("example.com/acme/orders" + enter)
	for _, message := range []string{
		"What it does", "Owning team", "What it serves", "Where it keeps data", "Trust domain", "Kubernetes namespace", "SPIFFE IDs that may call it",
		"Does it call another", "Telemetry to export", "OTLP protocol", "Collector address",
	} {
		c.prompt(message)
		c.empty()
		c.keys(enter)
	}
	c.prompt("Is this right")
	c.empty()
	c.keys(enter)
	if code := c.exit(); code != 0 {
		t.Fatalf("exit code %d\n%s", code, c.screen.String())
	}
	c.expect("gen new orders --module example.com/acme/orders --no-git --no-input")
	if _, err := os.Stat(filepath.Join(c.dir, "orders", "go.mod")); err != nil {
		t.Error(err)
	}
}

// A choice that needs another is refused in the list itself, and Esc leads back to the other.
func TestConsoleRefusesAChoice(t *testing.T) {
	t.Parallel()
	args := append(slices.DeleteFunc(allBut("store"), func(a string) bool { return a == "--serve=http" }), "--serve=worker", "--no-git")
	c := openConsole(t, consoleOptions{}, args...)
	c.prompt("Where it keeps data")
	c.keys(enter)
	c.prompt("Where its work comes from")
	c.keys(down + enter)
	c.prompt("needs store: postgres; choose store: postgres, or another source")
	c.keys(escape)
	c.prompt("Where it keeps data")
	c.keys(down + enter)
	c.prompt("Where its work comes from")
	c.keys(down + enter)
	c.prompt("Is this right")
	c.keys(enter)
	if code := c.exit(); code != 0 {
		t.Fatalf("exit code %d\n%s", code, c.screen.String())
	}
	c.expect("--serve worker --worker-source postgres --signals traces --store postgres --no-git")
}

func TestConsoleBack(t *testing.T) {
	t.Parallel()
	c := openConsole(t, consoleOptions{}, "new", "--dry-run")
	c.prompt("Name of the service")
	c.keys("orders" + enter)
	c.prompt("Go module")
	c.keys("<" + enter)
	c.prompt("Name of the service")
	c.keys("payments" + enter)
	c.prompt("Go module")
	c.keys("example.com/acme/payments" + enter)
	c.prompt("What it does")
	c.keys(escape)
	c.prompt("Go module")
	c.keys(enter)
	c.prompt("What it does")
	c.keys(ctrlC)
	c.interrupted()
}

func TestConsoleReviewOpensAnAnswer(t *testing.T) {
	t.Parallel()
	c := openConsole(t, consoleOptions{}, append(allBut(""), "--no-git")...)
	c.prompt("Is this right")
	c.keys("namespace" + enter) // filters the list
	c.prompt("Kubernetes namespace")
	c.keys("shop" + enter)
	c.prompt("Is this right")
	c.keys(up + up + enter) // over the end of the list: the way back does not exist here
	c.prompt("Name of its image")
	c.keys(ctrlC)
	c.interrupted()
}

func TestConsolePlainForDumbTerminal(t *testing.T) {
	t.Parallel()
	c := openConsole(t, consoleOptions{environ: []string{"TERM=dumb"}}, append(allBut("telemetry.protocol"), "--no-git")...)
	c.expect("OTLP protocol [grpc]: ")
	c.keys("3\n")
	c.expect("answer with a number from 1 to 2")
	c.keys("2\n")
	c.expect("Is this right")
	c.keys("quit\n")
	c.interrupted()
	if strings.Contains(c.output(), escape) {
		t.Errorf("control sequences on a dumb terminal: %q", c.output())
	}
}

func TestConsoleCtrlCInPlainLines(t *testing.T) {
	t.Parallel()
	for _, key := range []string{ctrlC, ctrlD} {
		c := openConsole(t, consoleOptions{environ: []string{"GEN_ACCESSIBLE=1"}}, "new")
		c.expect("Name of the service")
		c.keys(key)
		c.interrupted()
	}
}

func TestConsoleNoColor(t *testing.T) {
	t.Parallel()
	c := openConsole(t, consoleOptions{environ: []string{"NO_COLOR=1"}}, allBut("telemetry.signals")...)
	c.prompt("Telemetry to export")
	c.keys(down + ctrlC)
	c.interrupted()
	if colour := regexp.MustCompile(`\x1b\[[0-9;]*m`).FindString(c.output()); colour != "" {
		t.Errorf("colour %q with NO_COLOR", colour)
	}
}

// A terminal that does not say where its cursor is gets plain lines, and what was typed
// while it was asked is not lost.
func TestConsoleSilentTerminal(t *testing.T) {
	t.Parallel()
	c := openConsole(t, consoleOptions{silent: true}, "new")
	c.expect("\x1b[6n")
	c.keys("orders" + enter)
	c.expect("Go module: ")
	c.keys("example.com/acme/orders\n")
	c.expect("What it does")
	c.keys(ctrlC)
	c.interrupted()
}

func TestConsoleNarrow(t *testing.T) {
	for _, cols := range []int{8, 14, 20, 30} {
		c := openConsole(t, consoleOptions{cols: cols, rows: 10}, append(allBut("name"), "--no-git")...)
		c.expect("Name")
		time.Sleep(50 * time.Millisecond)
		c.keys("orders" + enter)
		c.expect("Is this right")
		time.Sleep(50 * time.Millisecond)
		c.keys(enter)
		if code := c.exit(); code != 0 {
			t.Errorf("%d columns: exit code %d\n%s", cols, code, c.screen.String())
		}
		if _, err := os.Stat(filepath.Join(c.dir, "orders", "mintwright.yaml")); err != nil {
			t.Errorf("%d columns: %v", cols, err)
		}
	}
}

func TestConsoleResize(t *testing.T) {
	t.Parallel()
	c := openConsole(t, consoleOptions{}, append(allBut("name"), "--no-git", "--dry-run")...)
	c.prompt("Name of the service")
	c.keys("ord")
	if err := pty.Setsize(c.master, &pty.Winsize{Cols: 40, Rows: 12}); err != nil {
		t.Fatal(err)
	}
	c.screen.Resize(40, 12)
	c.keys("ers" + enter)
	c.prompt("Is this right")
	if err := pty.Setsize(c.master, &pty.Winsize{Cols: 120, Rows: 50}); err != nil {
		t.Fatal(err)
	}
	c.screen.Resize(120, 50)
	c.keys(enter)
	if code := c.exit(); code != 0 {
		t.Errorf("exit code %d\n%s", code, c.screen.String())
	}
	c.expect("files for orders/")
	c.empty()
}

// A terminal that hangs up ends gen.
func TestConsoleHangUp(t *testing.T) {
	t.Parallel()
	c := openConsole(t, consoleOptions{}, "new")
	c.prompt("Name of the service")
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	c.interrupted()
}

// piped runs gen without a terminal.
func piped(t *testing.T, stdin *os.File, args ...string) (code int, stdout, stderr, dir string) {
	t.Helper()
	cmd := exec.Command(genProgram(t), args...)
	dir = t.TempDir()
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, genEnviron(t), stdin, &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	if !limit.Stop() {
		t.Errorf("gen %s did not end", strings.Join(args, " "))
	}
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String(), dir
}

func TestNoTerminalNeverHangs(t *testing.T) {
	t.Parallel()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	idle, writer, err := os.Pipe() // nobody writes, nobody closes
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	defer writer.Close()
	for name, stdin := range map[string]*os.File{"null": null, "idle pipe": idle} {
		code, stdout, stderr, dir := piped(t, stdin, "new")
		if code != exitUsage || stdout != "" {
			t.Errorf("%s: exit code %d, stdout %q", name, code, stdout)
		}
		for _, want := range []string{"name: missing", "NAME", "module: missing", "--module", `"module"`, "without a terminal"} {
			if !strings.Contains(stderr, want) {
				t.Errorf("%s: want %q in\n%s", name, want, stderr)
			}
		}
		emptyFolder(t, dir)
		if code, _, stderr, _ := piped(t, stdin, "new", "orders", "--module", "example.com/acme/orders", "--no-git"); code != 0 {
			t.Errorf("%s: with all that is needed: exit code %d\n%s", name, code, stderr)
		}
	}
}

func TestPipedAnswers(t *testing.T) {
	t.Parallel()
	pipe := func(text string) *os.File {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			_, _ = w.WriteString(text)
			_ = w.Close()
		}()
		t.Cleanup(func() { _ = r.Close() })
		return r
	}
	enough := "orders\nexample.com/acme/orders\nTakes orders.\n\n\n\n\n\n\nno\n1,3\nhttp/protobuf\n\n\n"
	code, stdout, stderr, dir := piped(t, pipe(enough), "new", "--plain", "--no-git")
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	want := "gen new orders --module example.com/acme/orders --description 'Takes orders.' --signals traces,logs --otlp-protocol http/protobuf --no-git --no-input"
	if !strings.Contains(stdout, want) {
		t.Errorf("want the line\n%s\nin\n%s", want, stdout)
	}
	if _, err := os.Stat(filepath.Join(dir, "orders", "go.mod")); err != nil {
		t.Error(err)
	}
	code, _, stderr, dir = piped(t, pipe("orders\nexample.com/acme/orders\n"), "new", "--plain")
	if code != exitUsage || !strings.Contains(stderr, "the answers ended") {
		t.Errorf("ended answers: exit code %d\n%s", code, stderr)
	}
	emptyFolder(t, dir)
	if code, _, _, dir = piped(t, pipe(enough), "new"); code != exitUsage {
		t.Errorf("without --plain: exit code %d", code)
	}
	emptyFolder(t, dir)
}
