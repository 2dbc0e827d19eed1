package env

import (
	"log/slog"
	"strings"
	"testing"
	"time"
)

// vars is an environment.
type vars map[string]string

func (v vars) get(name string) string { return v[name] }

func TestReader(t *testing.T) {
	r := NewReader(vars{"ADDRESS": "127.0.0.1:1", "EMPTY": ""}.get)
	if got, want := r.Address("ADDRESS", ":8443", ""), "127.0.0.1:1"; got != want {
		t.Errorf("Address: got %q, want %q", got, want)
	}
	if got, want := r.Address("EMPTY", ":8443", ""), ":8443"; got != want {
		t.Errorf("Address of an empty variable: got %q, want the default %q", got, want)
	}
	if got, want := r.Duration("DURATION", time.Second, ""), time.Second; got != want {
		t.Errorf("Duration: got %v, want %v", got, want)
	}
	if got := r.Loopback("DEBUG", ""); got != "" {
		t.Errorf("Loopback: got %q, want it off", got)
	}
	if err := r.Err(); err != nil {
		t.Error(err)
	}
}

func TestReaderNamesEveryFault(t *testing.T) {
	r := NewReader(vars{
		"A": "nowhere", "B": "host:70000", "C": "soon", "D": "-1s", "E": "loud",
		"F": "0.0.0.0:6060", "G": "localhost:6060", "H": "127.0.0.1",
	}.get)
	r.Address("A", "", "")
	r.Address("B", "", "")
	r.Duration("C", 0, "")
	r.Duration("D", 0, "")
	r.Level("E", slog.LevelInfo, "")
	r.Loopback("F", "")
	r.Loopback("G", "")
	r.Loopback("H", "")
	faults := strings.Split(r.Err().Error(), "\n")
	if len(faults) != 8 {
		t.Fatalf("got %d faults, want 8: %q", len(faults), faults)
	}
	for i, fault := range faults {
		if name := string(rune('A' + i)); !strings.HasPrefix(fault, name+"=") {
			t.Errorf("fault %d does not begin with its variable %s: %s", i, name, fault)
		}
	}
}

func TestWrite(t *testing.T) {
	r := NewReader(vars{"ADDRESS": "127.0.0.1:1"}.get)
	r.Address("ADDRESS", ":8443", "where it listens")
	r.Text("NAME", "somebody", "whom it greets")
	var got strings.Builder
	if err := Write(&got, r.Settings()); err != nil {
		t.Fatal(err)
	}
	if want := "  ADDRESS  127.0.0.1:1  where it listens\n  NAME     somebody     whom it greets\n"; got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}
