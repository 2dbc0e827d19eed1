package env

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestLevel(t *testing.T) {
	file := filepath.Join(t.TempDir(), "level")
	write(t, file, "warn\n")
	for _, test := range []struct {
		vars  vars
		want  slog.Level
		fault string
	}{
		{vars{}, slog.LevelInfo, ""},
		{vars{"LEVEL": "debug"}, slog.LevelDebug, ""},
		{vars{"LEVEL": "debug", "LEVEL_FILE": file}, slog.LevelWarn, ""},
		{vars{"LEVEL": "loud"}, 0, `LEVEL="loud": `},
		{vars{"LEVEL_FILE": file + ".missing"}, 0, "LEVEL_FILE: "},
	} {
		r := NewReader(test.vars.get)
		level := r.Level("LEVEL", slog.LevelInfo, "a level")
		switch err := r.Err(); {
		case test.fault == "" && (err != nil || level.Level() != test.want):
			t.Errorf("%v: got %v, %v, want %v", test.vars, level.Level(), err, test.want)
		case test.fault != "" && (err == nil || !strings.HasPrefix(err.Error(), test.fault)):
			t.Errorf("%v: got %v, want a fault %s", test.vars, err, test.fault)
		}
	}
}

// TestLevelChanges: a change is logged whichever way it goes, and a wrong one changes nothing.
func TestLevelChanges(t *testing.T) {
	file := filepath.Join(t.TempDir(), "level")
	write(t, file, "info")
	level := NewReader(vars{"LEVEL_FILE": file}.get).Level("LEVEL", slog.LevelInfo, "a level")
	for _, test := range []struct {
		content string
		want    slog.Level
		logged  string
	}{
		{"error", slog.LevelError, "old=INFO new=ERROR"},
		{"loud", slog.LevelError, "log level stays"},
		{"debug", slog.LevelDebug, "old=ERROR new=DEBUG"},
		{"", slog.LevelDebug, "log level stays"},
		{"warn", slog.LevelWarn, "old=DEBUG new=WARN"},
	} {
		write(t, file, test.content)
		var out bytes.Buffer
		level.reload(t.Context(), slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level})))
		if level.Level() != test.want || !strings.Contains(out.String(), test.logged) {
			t.Errorf("%q: got %v, want %v; logged %s", test.content, level.Level(), test.want, &out)
		}
	}
}

func TestFollow(t *testing.T) {
	file := filepath.Join(t.TempDir(), "level")
	write(t, file, "info")
	level := NewReader(vars{"LEVEL_FILE": file}.get).Level("LEVEL", slog.LevelInfo, "a level")
	logged := make(lines, 1)
	follow := level.Follow(slog.New(slog.NewTextHandler(logged, nil)))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { follow(ctx); close(ended) }()

	write(t, file, "debug")
	hangUpUntil(t, logged)
	cancel()
	<-ended
	if level.Level() != slog.LevelDebug {
		t.Errorf("got %v, want debug", level.Level())
	}
	NewReader(vars{}.get).Level("LEVEL", slog.LevelInfo, "a level").Follow(slog.Default())(t.Context()) // returns: there is no file
}

// hangUpUntil sends SIGHUP to this process until a line is logged.
func hangUpUntil(t *testing.T, logged lines) {
	t.Helper()
	safe := make(chan os.Signal, 1)
	signal.Notify(safe, syscall.SIGHUP) // or the first could end the tests
	defer signal.Stop(safe)
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for {
		if err := self.Signal(syscall.SIGHUP); err != nil {
			t.Skipf("no SIGHUP here: %v", err)
		}
		select {
		case <-logged:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// lines is a channel to log to; what nobody takes is lost.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	select {
	case l <- string(p):
	default:
	}
	return len(p), nil
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
