//go:build linux || darwin

package dev

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func ownedByUs(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Getuid()
}

// A service leads a process group of its own: Ctrl-C in a terminal reaches it through the
// session alone, and what it started ends with it. The errors mean that nobody is left.
func terminateGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGTERM) }
func killGroup(pid int)      { _ = syscall.Kill(-pid, syscall.SIGKILL) }

const supported = true

// endSignals are those by which a session is asked to end.
func endSignals() []os.Signal {
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}

// ignoreInterrupt leaves Ctrl-C to a child of the same process group, and hands on the
// signals that reach this process alone.
func ignoreInterrupt(forward func(os.Signal)) (stop func()) {
	c := make(chan os.Signal, 4)
	done := make(chan struct{})
	signal.Notify(c, os.Interrupt, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		defer close(done)
		for s := range c {
			if s == syscall.SIGTERM || s == syscall.SIGHUP {
				forward(s)
			}
		}
	}()
	return func() {
		signal.Stop(c)
		close(c)
		<-done
	}
}

// killedBy returns the number of the signal that ended a program.
func killedBy(e *exec.ExitError) int {
	if st, ok := e.Sys().(syscall.WaitStatus); ok && st.Signaled() {
		return int(st.Signal())
	}
	return 0
}

// lockFolder waits until no other process holds the lock of a folder, and takes it. The
// system gives it back when the process ends, however it ends.
func lockFolder(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}

func isRefused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }
