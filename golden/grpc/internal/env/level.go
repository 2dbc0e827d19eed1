package env

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// LogLevel is a log level that can change while the service runs.
type LogLevel struct {
	slog.LevelVar
	file string // it is read from, if any
}

// Level reads a log level, debug, info, warn or error, from the file that the variable
// name_FILE names, else from the variable itself.
func (r *Reader) Level(name string, def slog.Level, help string) *LogLevel {
	value := r.Text(name, def.String(), help)
	l := &LogLevel{file: r.Text(name+"_FILE", "", "file with the level, read again at SIGHUP; goes before "+name)}
	if l.file == "" {
		if err := l.UnmarshalText([]byte(value)); err != nil {
			r.fault(name, value, "want debug, info, warn or error")
		}
	} else if level, err := l.read(); err != nil {
		r.faults = append(r.faults, fmt.Errorf("%s_FILE: %w", name, err))
	} else {
		l.Set(level)
	}
	return l
}

// Follow returns a task that reads the file again at each SIGHUP. A file that is missing or
// wrong changes nothing. Without one there is nothing to follow: SIGHUP ends the process.
func (l *LogLevel) Follow(logger *slog.Logger) func(context.Context) {
	return func(ctx context.Context) {
		if l.file == "" {
			return
		}
		hangup := make(chan os.Signal, 1)
		signal.Notify(hangup, syscall.SIGHUP)
		defer signal.Stop(hangup)
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangup:
				l.reload(ctx, logger)
			}
		}
	}
}

// reload logs the change while the level lets it through, whichever way it goes.
func (l *LogLevel) reload(ctx context.Context, logger *slog.Logger) {
	old := l.Level()
	level, err := l.read()
	if err != nil {
		logger.ErrorContext(ctx, "log level stays", "level", old.String(), "error", err.Error())
		return
	}
	l.Set(min(old, level, slog.LevelInfo))
	logger.InfoContext(ctx, "log level", "old", old.String(), "new", level.String())
	l.Set(level)
}

func (l *LogLevel) read() (level slog.Level, err error) {
	content, err := os.ReadFile(l.file)
	if err != nil {
		return level, err
	}
	text := strings.TrimSpace(string(content))
	if level.UnmarshalText([]byte(text)) != nil {
		return level, fmt.Errorf("%s holds %.20q: want debug, info, warn or error", l.file, text)
	}
	return level, nil
}
