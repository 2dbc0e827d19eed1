package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"golang.org/x/term"
)

// pane is a terminal with a person who types in it.
type pane struct {
	title      string
	cols, rows int
	screen     vt10x.Terminal
	film       *film

	running *program // nil at the shell's prompt
}

// program is what runs in a pane.
type program struct {
	cmd    *exec.Cmd
	master *os.File
	before *term.State
	ended  chan struct{} // closed when all it wrote is on the screen

	lines func(string) string

	mu     sync.Mutex
	writes int
	last   time.Time // of the writes
	rest   []byte    // of a line that has not ended, when whole lines are rewritten
}

func newPane(f *film, title string, cols, rows int) *pane {
	p := &pane{title: title, cols: cols, rows: rows, film: f}
	p.screen = vt10x.New(vt10x.WithSize(cols, rows), vt10x.WithWriter(answers{p}))
	f.panes = append(f.panes, p)
	p.prompt()
	return p
}

// answers are the terminal's to what a program asks it, such as where its cursor is.
type answers struct{ pane *pane }

func (a answers) Write(b []byte) (int, error) {
	if a.pane.running == nil {
		return len(b), nil
	}
	return a.pane.running.master.Write(b)
}

// prompt is the shell's.
func (p *pane) prompt() { p.show("\x1b[1;32m$\x1b[0m ") }

func (p *pane) show(text string) { _, _ = p.screen.Write([]byte(text)) }

// How long a frame stays: a key typed, and a look at what a key brought.
const (
	aKey  = 55 * time.Millisecond
	aLook = 900 * time.Millisecond
)

// command types a command at the shell's prompt, key by key.
func (p *pane) command(line string) {
	p.film.shot(aLook)
	for _, r := range line {
		p.show(string(r))
		p.film.shot(aKey)
	}
	p.film.shot(aLook / 2)
	p.show("\r\n")
}

// start runs a program in the pane. Lines rewrites each line that it writes; nil leaves all
// as it is, for a program that moves the cursor.
func (p *pane) start(ctx context.Context, dir string, environ []string, lines func(string) string, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, environ
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	master, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(p.cols), Rows: uint16(p.rows)})
	if err != nil {
		return err
	}
	before, err := untouched()
	if err != nil {
		return err
	}
	r := &program{cmd: cmd, master: master, before: before, ended: make(chan struct{}), last: time.Now(), lines: lines}
	p.running = r
	go func() {
		defer close(r.ended)
		chunk := make([]byte, 4096)
		for {
			n, err := master.Read(chunk)
			p.wrote(r, chunk[:n])
			if err != nil {
				return
			}
		}
	}()
	return nil
}

// untouched is the state of a terminal that no program has changed.
func untouched() (*term.State, error) {
	master, tty, err := pty.Open()
	if err != nil {
		return nil, err
	}
	defer master.Close()
	defer tty.Close()
	return term.GetState(int(tty.Fd()))
}

// wrote puts what a program wrote on the screen.
func (p *pane) wrote(r *program, text []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = time.Now()
	r.writes++
	if r.lines != nil {
		r.rest = append(r.rest, text...)
		end := bytes.LastIndexByte(r.rest, '\n') + 1
		whole := string(r.rest[:end])
		r.rest = r.rest[end:]
		text = nil
		for line := range strings.Lines(whole) {
			text = append(text, r.lines(line)...)
		}
	}
	_, _ = p.screen.Write(text)
}

// settle waits until the program has written nothing for a while.
func (r *program) settle(ctx context.Context) error {
	const quiet = 150 * time.Millisecond
	for {
		r.mu.Lock()
		since := time.Since(r.last)
		r.mu.Unlock()
		if since >= quiet {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.ended:
			return nil
		case <-time.After(quiet - since):
		}
	}
}

// await waits for a text on the screen, and until nothing more is written.
func (p *pane) await(ctx context.Context, text string) error {
	for !strings.Contains(p.text(), text) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("no %q on the screen:\n%s", text, p.screen.String())
		case <-p.running.ended:
			if !strings.Contains(p.text(), text) {
				return fmt.Errorf("ended without %q:\n%s", text, p.screen.String())
			}
		case <-time.After(10 * time.Millisecond):
		}
	}
	return p.running.settle(ctx)
}

// question waits for the next prompt of the wizard and returns its line, "" when the program
// has ended.
func (p *pane) question(ctx context.Context) (string, error) {
	for !p.running.isRaw() {
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("no prompt on the screen:\n%s", p.screen.String())
		case <-p.running.ended:
			return "", nil
		case <-time.After(10 * time.Millisecond):
		}
	}
	if err := p.running.settle(ctx); err != nil {
		return "", err
	}
	var last string
	for line := range strings.Lines(p.screen.String()) {
		if strings.HasPrefix(line, "? ") {
			last = strings.TrimSpace(line)
		}
	}
	return last, nil
}

// silent reports whether the program has written nothing since a number of writes.
func (r *program) silent(since int) bool {
	select {
	case <-r.ended:
		return false
	default:
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.writes == since
}

// isRaw reports whether the program reads key by key: then it has changed the terminal.
func (r *program) isRaw() bool {
	now, err := term.GetState(int(r.master.Fd()))
	return err == nil && !reflect.DeepEqual(now, r.before)
}

// press presses a key, and keeps what it brought, unless that is seen for no time.
func (p *pane) press(ctx context.Context, key string, look time.Duration) error {
	r := p.running
	r.mu.Lock()
	before := r.writes
	r.mu.Unlock()
	if _, err := r.master.WriteString(key); err != nil {
		return err
	}
	for r.silent(before) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("no answer to a key:\n%s", p.screen.String())
		case <-time.After(5 * time.Millisecond):
		}
	}
	if err := r.settle(ctx); err != nil {
		return err
	}
	if look > 0 {
		p.film.shot(look)
	}
	return nil
}

// wait waits for the program's end with an exit code, and brings the shell's prompt back.
func (p *pane) wait(ctx context.Context, code int) error {
	r := p.running
	select {
	case <-ctx.Done():
		return fmt.Errorf("no end:\n%s", p.screen.String())
	case <-r.ended:
	}
	err := r.cmd.Wait()
	_ = r.master.Close()
	if got := r.cmd.ProcessState.ExitCode(); got != code {
		return fmt.Errorf("exit code %d, want %d (%w):\n%s", got, code, err, p.screen.String())
	}
	p.running = nil
	p.prompt()
	return nil
}

// text is the screen without its line ends, where long lines were wrapped.
func (p *pane) text() string { return strings.ReplaceAll(p.screen.String(), "\n", "") }

// view is the screen as it is now.
func (p *pane) view() view {
	p.screen.Lock()
	defer p.screen.Unlock()
	v := view{}
	for y := range p.rows {
		row := make([]cell, p.cols)
		for x := range row {
			row[x] = drawn(p.screen.Cell(x, y))
		}
		v.rows = append(v.rows, row)
	}
	if at := p.screen.Cursor(); p.screen.CursorVisible() && at.X < p.cols {
		v.cursor = &place{at.X, at.Y}
	}
	return v
}

// drawn is a cell of the emulator without what cannot be seen.
func drawn(g vt10x.Glyph) cell {
	const bold = 1 << 2 // as the emulator has it
	c := cell{char: g.Char, fg: plain, bg: plain, bold: g.Mode&bold != 0}
	if g.FG.ANSI() {
		c.fg = int(g.FG)
	}
	if g.BG.ANSI() {
		c.bg = int(g.BG)
	}
	if c.char == 0 || c.char == ' ' {
		c = cell{char: ' ', fg: plain, bg: c.bg}
	}
	return c
}
