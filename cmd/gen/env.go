package main

import (
	"io"
	"path/filepath"
	"strings"
)

// Env is all that a command has of the world.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Environ        []string // key=value
	Dir            string   // the working folder, absolute
	Args           []string // as they were given, without the program
	IsTerminal     func(stream any) bool
	Ask            Prompter // who is asked; nil: who is at the terminal
}

// get returns the value of an environment variable, "" when it is not set.
func (e *Env) get(key string) string {
	for i := len(e.Environ) - 1; i >= 0; i-- { // the last one counts, as in os/exec
		if k, v, _ := strings.Cut(e.Environ[i], "="); k == key {
			return v
		}
	}
	return ""
}

// isOn reports whether a variable switches something on.
func (e *Env) isOn(key string) bool {
	switch strings.ToLower(e.get(key)) {
	case "", "0", "false", "no", "off":
		return false
	}
	return true
}

// isColourful reports whether what goes to stdout may have colours.
func (e *Env) isColourful() bool {
	return e.IsTerminal(e.Stdout) && e.get("NO_COLOR") == "" && e.get("TERM") != "dumb"
}

// path makes a path that the user gave absolute.
func (e *Env) path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(e.Dir, name)
}

// relative writes a path, or the absolute paths in a text, as the person sees them from where
// they stand.
func (e *Env) relative(text string) string {
	if text == e.Dir {
		return "this folder"
	}
	text = strings.ReplaceAll(text, e.Dir+string(filepath.Separator), "")
	for _, end := range []string{" ", ";", ","} {
		text = strings.ReplaceAll(text, e.Dir+end, "this folder"+end)
	}
	if before, ok := strings.CutSuffix(text, e.Dir); ok {
		text = before + "this folder"
	}
	return text
}
