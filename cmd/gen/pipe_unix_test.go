//go:build unix

package main

import (
	"bytes"
	"context"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// An answers file that is a pipe which nobody writes to can be interrupted.
func TestPipeWithoutWriter(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var out bytes.Buffer
	env := &Env{Stdin: &out, Stdout: &out, Stderr: &out, Dir: dir, IsTerminal: func(any) bool { return false }}
	code := make(chan int, 1)
	go func() { code <- run(ctx, env, []string{"new", "--answers", "pipe", "--no-input"}) }()
	select {
	case got := <-code:
		if got != exitInterrupted {
			t.Errorf("want exit code %d, got %d:\n%s", exitInterrupted, got, &out)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it hangs")
	}
}
