package dev

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"

	"github.com/mintwright/mintwright/internal/dev/authority"
)

// build compiles the main package of a service to path. The flags are those of a plain
// go build, so that the build cache serves the user's own builds and ours.
func build(ctx context.Context, gocmd string, environ []string, svc Service, path string, out io.Writer) error {
	cmd := exec.CommandContext(ctx, gocmd, "build", "-o", path, "./cmd/"+svc.Name)
	cmd.Dir = svc.Dir
	cmd.Env = environ
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = 2 * time.Second
	err := cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("building %s: %w; install Go from https://go.dev/dl and have it in PATH", svc.Name, err)
	}
	if err != nil {
		return fmt.Errorf("building %s: %w", svc.Name, err)
	}
	return nil
}

// child is a service's process.
type child struct {
	process authority.Process
	handle  authority.Handle // of its registration
	path    string           // of its program
	done    chan struct{}    // closed when it has ended
	err     error            // how it ended; read after done
}

// starter starts processes from one thread that lives as long as it does: the kernel ties
// the parent-death signal to the thread, not to the process.
type starter struct {
	jobs chan func()
	once sync.Once
}

func newStarter() *starter {
	s := &starter{jobs: make(chan func())}
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		for job := range s.jobs {
			job()
		}
	}()
	return s
}

func (s *starter) start(cmd *exec.Cmd) error {
	result := make(chan error)
	s.jobs <- func() { result <- cmd.Start() }
	return <-result
}

func (s *starter) close() { s.once.Do(func() { close(s.jobs) }) }

// start runs the program at path as svc and registers its process before it can ask who
// it is.
func (s *Session) start(svc Service, path string, environ []string, out *lines) (*child, error) {
	cmd := exec.Command(path)
	cmd.Dir = svc.Dir
	cmd.Env = environ
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = attributes()
	cmd.WaitDelay = 2 * time.Second // for what it started and left with its output open
	c := &child{path: path, done: make(chan struct{})}
	h, err := s.registry.RegisterStarted(func() (authority.Entry, error) {
		if err := s.starter.start(cmd); err != nil {
			return authority.Entry{}, fmt.Errorf("starting %s: %w", svc.Name, err)
		}
		p, err := authority.FindProcess(cmd.Process.Pid)
		if err != nil {
			return authority.Entry{}, fmt.Errorf("starting %s: %w", svc.Name, err)
		}
		c.process = p
		return authority.Entry{
			ID:            svc.ID,
			Selectors:     []authority.Selector{p.Tree(), authority.UID(os.Getuid())},
			FederatesWith: svc.Federates,
		}, nil
	})
	c.handle = h
	if err != nil {
		if cmd.Process != nil {
			killGroup(cmd.Process.Pid)
			_ = cmd.Wait()
		}
		return nil, err
	}
	go func() {
		c.err = cmd.Wait()
		killGroup(c.process.PID) // what it started and left behind
		out.flush()
		close(c.done)
	}()
	return c, nil
}

// stop ends the process: SIGTERM to its group, and SIGKILL after grace or when hurry is closed.
// It reports whether the process had to be killed.
func (c *child) stop(grace time.Duration, hurry <-chan struct{}) (killed bool) {
	terminateGroup(c.process.PID)
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-c.done:
		return false
	case <-timer.C:
	case <-hurry:
	}
	killGroup(c.process.PID)
	<-c.done
	return true
}

var errEnded = errors.New("it ended before it was ready")

// ready waits until the service answers GET /readyz with 200.
func (c *child) ready(ctx context.Context, probe string) error {
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, probe+"/readyz", nil)
		if err != nil {
			return err
		}
		if resp, err := client.Do(req); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.done:
			return errEnded
		case <-time.After(50 * time.Millisecond):
		}
	}
}
