package docs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestReadmeRun types what the README types, and compares what comes back.
//
// A block that follows the comment "output: terminal NAME" is what that terminal shows:
// commands after "$ ", and what they print. "gen dev" goes on while other terminals are
// used; of its lines those that are shown must come, those in between need not be shown.
// What differs from run to run (times, identifiers, ports) is compared by its form.
//
// With UPDATE=1 what this run printed is written into the README.
func TestReadmeRun(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs a service")
	}
	readSources(t)
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	home, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{dir: home, terminals: map[string]*terminal{}}
	r.gen = filepath.Join(t.TempDir(), "gen")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", r.gen, "./cmd/gen")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building gen: %v\n%s", err, out)
	}
	defer r.stop(t)

	block := regexp.MustCompile("(?m)^<!-- output: terminal (\\S+) -->\n```console\n((?s:.*?))^```$")
	written, end := new(bytes.Buffer), 0
	for _, at := range block.FindAllSubmatchIndex(readme, -1) {
		name, text := string(readme[at[2]:at[3]]), string(readme[at[4]:at[5]])
		shown := r.terminal(name).play(t, text)
		written.Write(readme[end:at[4]])
		written.WriteString(shown)
		end = at[5]
	}
	if end == 0 {
		t.Fatal("the README shows no output")
	}
	written.Write(readme[end:])
	if os.Getenv("UPDATE") == "1" && !t.Failed() {
		if err := os.WriteFile(filepath.Join(root, "README.md"), written.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// readSources reads what gen is built from: the go command does so in a process of its own,
// of which a cached result would know nothing.
func readSources(t *testing.T) {
	t.Helper()
	for _, folder := range []string{"analyzers", "blueprints", "cmd", "generators", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				_, err = os.ReadFile(name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		if _, err := os.ReadFile(filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// runner is the machine of the README's reader.
type runner struct {
	gen, dir  string // the binary; where each terminal starts
	terminals map[string]*terminal
}

func (r *runner) terminal(name string) *terminal {
	if r.terminals[name] == nil {
		r.terminals[name] = &terminal{runner: r, dir: r.dir}
	}
	return r.terminals[name]
}

// terminal is one of the reader's terminals. Running is what its last command started, when
// it goes on.
type terminal struct {
	*runner
	dir     string
	running *background
}

// play types the commands of a block and returns the block as it should be. Lines before the
// first command are those of what is still running.
func (term *terminal) play(t *testing.T, text string) string {
	t.Helper()
	first, commands, found := strings.Cut("\n"+text, "\n$ ")
	if first = strings.TrimPrefix(first, "\n"); first != "" && found {
		first += "\n"
	}
	var played strings.Builder
	played.WriteString(term.await(t, first, 30*time.Second))
	for step := range strings.SplitSeq(commands, "\n$ ") {
		if !found {
			break
		}
		typed, want, _ := strings.Cut(strings.TrimSuffix(step, "\n"), "\n")
		if want != "" {
			want += "\n"
		}
		played.WriteString("$ " + typed + "\n" + term.command(t, typed, want))
	}
	return played.String()
}

// command types one command and returns what it prints.
func (term *terminal) command(t *testing.T, typed, want string) string {
	t.Helper()
	words := strings.Fields(typed)
	switch {
	case strings.ContainsAny(typed, `'"\|&;<>$*`):
		t.Fatalf("%q needs a shell", typed)
	case words[0] == "cd":
		term.dir = filepath.Join(term.dir, words[1])
		return ""
	case words[0] != "gen":
		t.Fatalf("%q is no command of gen", typed)
	}
	cmd := exec.CommandContext(t.Context(), term.gen, words[1:]...)
	cmd.Dir = term.dir
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 30 * time.Second
	if slices.Equal(words, []string{"gen", "dev"}) {
		term.running = start(t, cmd)
		return term.await(t, want, 3*time.Minute) // a cold build
	}
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(string(out), term.runner.dir, "~")
	if os.Getenv("UPDATE") != "1" && form(got) != form(want) {
		t.Errorf("$ %s\nwant:\n%s\ngot:\n%s", typed, want, got)
	}
	return got
}

// await waits until what runs in the terminal has printed each of the lines, and returns them
// as it did: of those of a form the first that were.
func (term *terminal) await(t *testing.T, lines string, patience time.Duration) string {
	t.Helper()
	if lines == "" {
		return ""
	}
	if term.running == nil {
		t.Fatalf("nothing runs that could print:\n%s", lines)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		got := strings.ReplaceAll(term.running.printed(), term.runner.dir, "~")
		var found, missing []string
		for want := range strings.SplitSeq(strings.TrimSuffix(lines, "\n"), "\n") {
			printed := strings.Split(got, "\n")
			i := slices.IndexFunc(printed, func(line string) bool { return form(line) == form(want) })
			if i < 0 {
				missing = append(missing, want)
			} else {
				found = append(found, strings.TrimRight(printed[i], " "))
			}
		}
		if len(missing) == 0 {
			return strings.Join(found, "\n") + "\n"
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-term.running.done:
			cancel()
		case <-ctx.Done():
			t.Fatalf("not printed:\n%s\nin:\n%s", strings.Join(missing, "\n"), got)
		}
	}
}

// stop ends what is still running, as Ctrl-C does.
func (r *runner) stop(t *testing.T) {
	for _, term := range r.terminals {
		if term.running == nil {
			continue
		}
		if err := term.running.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		select {
		case <-term.running.done:
			if err := term.running.err; err != nil {
				t.Errorf("after Ctrl-C: %v\n%s", err, term.running.printed())
			}
		case <-time.After(time.Minute):
			t.Error("gen dev does not end after Ctrl-C")
		}
	}
}

// background is a command that goes on.
type background struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // how, once done is closed

	mu  sync.Mutex
	out bytes.Buffer
}

func start(t *testing.T, cmd *exec.Cmd) *background {
	t.Helper()
	b := &background{cmd: cmd, done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = io.Writer(b), io.Writer(b)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(b.done)
		b.err = cmd.Wait()
	}()
	return b
}

func (b *background) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.Write(p)
}

func (b *background) printed() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.String()
}

// form is text with what differs from run to run replaced by its kind.
func form(text string) string {
	for _, kind := range []struct{ pattern, name string }{
		{`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?`, "<time>"},
		{`\b\d\d:\d\d:\d\d(\.\d+)?\b`, "<time>"},
		{`\b(\d+h)?(\d+m)?\d+(\.\d+)?(ns|µs|ms|s)\b`, "<duration>"},
		{`\b127\.0\.0\.1:\d+\b`, "<address>"},
		{`\b([0-9a-f]{8}|[0-9a-f]{16,})\b`, "<id>"},
		{`\b(pid|uid) \d+\b`, "$1 <number>"},
		{` {2,}`, "  "}, // columns follow the width of the above
		{`(?m) +$`, ""},
	} {
		text = regexp.MustCompile(kind.pattern).ReplaceAllString(text, kind.name)
	}
	return text
}
