//go:build linux || darwin

package golden

import (
	"encoding/json"
	"fmt"
	"go/build"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// buildWithClock builds the service whose sources are beside program once more, with a clock
// that can be stepped as an administrator or NTP steps one: what time.Now tells of the day moves
// an hour ahead at SIGUSR1 and an hour back at SIGUSR2, and the monotonic clock goes on. Nothing
// else of the service, or of Go, is changed.
func buildWithClock(t *testing.T, program string) string {
	t.Helper()
	name := filepath.Base(program)
	folder := filepath.Join(filepath.Dir(filepath.Dir(program)), name)
	library := filepath.Join(build.Default.GOROOT, "src", "time", "time.go")
	source, err := os.ReadFile(library)
	if err != nil {
		t.Fatal(err)
	}
	const now = "func Now() Time {\n\tsec, nsec, mono := runtimeNow()\n"
	if !strings.Contains(string(source), now) {
		t.Fatalf("%s has another Now: look at it, and change this test", library)
	}
	stepped := strings.Replace(string(source), now, now+"\tsec += atomic.LoadInt64(&step)\n", 1) +
		"\nvar step int64\n\n// Step moves the clock.\nfunc Step(d Duration) { atomic.AddInt64(&step, int64(d/Second)) }\n"
	stepped = strings.Replace(stepped, "import (", "import (\n\t\"sync/atomic\"", 1)
	const steps = `package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

func init() {
	asked := make(chan os.Signal, 4)
	signal.Notify(asked, syscall.SIGUSR1, syscall.SIGUSR2)
	go func() {
		for s := range asked {
			if s == syscall.SIGUSR1 {
				time.Step(time.Hour)
			} else {
				time.Step(-time.Hour)
			}
		}
	}()
}
`
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {
		library: write("time.go", stepped),
		filepath.Join(folder, "cmd", name, "clock.go"): write("clock.go", steps),
	}})
	if err != nil {
		t.Fatal(err)
	}
	out := program + "-clock"
	goCommand(t, folder, "build", "-overlay", write("overlay.json", string(overlay)), "-o", out, "./cmd/"+name)
	return out
}

// clockSteps are faults of a replica more of payments, whose clock is stepped and set right again.
func clockSteps(program string, pause time.Duration) []fault {
	step := func(name string, there, back syscall.Signal) fault {
		return fault{name: name, byDesign: everyKind, happen: func(t *testing.T, s *stage) string {
			programs := s.programs
			s.programs = map[string]string{"payments": program}
			s.start(t, s.payments, 1)
			s.programs = programs
			p := s.payments.now[len(s.payments.now)-1]
			time.Sleep(2 * time.Second) // it has callers now
			p.signal(t, there)
			begin := time.Now()
			eventually(t, "a service with a wrong clock is not ready", func() bool { return !p.ready() })
			told := fmt.Sprintf("not ready after %.2f s", time.Since(begin).Seconds())
			time.Sleep(pause)
			p.signal(t, back)
			begin = time.Now()
			eventually(t, "a service whose clock is right again is ready", p.ready)
			told += fmt.Sprintf(", ready %.2f s after it was right", time.Since(begin).Seconds())
			start := p.signal(t, syscall.SIGTERM)
			if code := p.exit(t, start, lameDuck+drainTimeout+telemetryBudget+slack); code != 0 {
				t.Errorf("it exited with %d\n%s", code, p.output())
			}
			s.payments.forget(p)
			return told
		}}
	}
	return []fault{
		step("clock an hour ahead", syscall.SIGUSR1, syscall.SIGUSR2),
		step("clock an hour behind", syscall.SIGUSR2, syscall.SIGUSR1),
	}
}
