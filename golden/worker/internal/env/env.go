// Package env reads a service's settings from environment variables.
//
// A setting is declared once, where it is read: its name, its default and a sentence of
// help. The same declaration is printed by --help and check-config, and all faults are
// reported together, each with its variable.
package env

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"text/tabwriter"
	"time"
)

// Setting is one variable as it was declared and read.
type Setting struct {
	Name, Value, Help string // Value is what holds: the variable's, or the default
}

// Reader reads settings and remembers them in the order of their declaration.
type Reader struct {
	getenv   func(string) string
	settings []Setting
	faults   []error
}

// NewReader returns a Reader over getenv, which is os.Getenv in a running service.
func NewReader(getenv func(string) string) *Reader {
	return &Reader{getenv: getenv}
}

// Err returns every fault met so far, joined, or nil.
func (r *Reader) Err() error { return errors.Join(r.faults...) }

// Settings returns what was declared so far.
func (r *Reader) Settings() []Setting { return r.settings }

// Text reads a string.
func (r *Reader) Text(name, def, help string) string {
	value := cmp.Or(r.getenv(name), def)
	r.settings = append(r.settings, Setting{Name: name, Value: value, Help: help})
	return value
}

// Address reads a host:port to listen on or to dial; the host may be empty.
func (r *Reader) Address(name, def, help string) string {
	value := r.Text(name, def, help)
	if _, ok := host(value); !ok {
		r.fault(name, value, "want host:port, such as 127.0.0.1:8443")
	}
	return value
}

// Loopback reads a host:port that only this machine can reach; empty means off.
func (r *Reader) Loopback(name, help string) string {
	value := r.Text(name, "", help)
	if h, ok := host(value); value != "" && (!ok || !net.ParseIP(h).IsLoopback()) {
		r.fault(name, value, "want a loopback address, such as 127.0.0.1:6060")
	}
	return value
}

// Duration reads a span of time that is not negative, as time.ParseDuration does.
func (r *Reader) Duration(name string, def time.Duration, help string) time.Duration {
	value := r.Text(name, def.String(), help)
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 {
		r.fault(name, value, "want a duration, such as 500ms or 15s")
	}
	return d
}

func (r *Reader) fault(name, value, want string) {
	r.faults = append(r.faults, fmt.Errorf("%s=%q: %s", name, value, want))
}

// host returns the host of host:port, and whether address is of that form.
func host(address string) (string, bool) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return host, err == nil
}

// Write prints the settings as they hold, each with its help.
func Write(w io.Writer, settings []Setting) error {
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range settings {
		fmt.Fprintf(tab, "  %s\t%s\t%s\n", s.Name, s.Value, s.Help)
	}
	return tab.Flush()
}
