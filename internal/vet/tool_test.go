package vet

import (
	"os"
	"strings"
	"testing"
)

func TestVersion(t *testing.T) {
	version := func(program, config string) string {
		t.Helper()
		line, err := Version(strings.NewReader(program), config)
		if err != nil {
			t.Fatal(err)
		}
		fields := strings.Fields(line)
		// What cmd/go's toolID asks of the line.
		if len(fields) < 3 || fields[1] != "version" || fields[2] != "devel" || !strings.HasPrefix(fields[len(fields)-1], "buildID=") {
			t.Fatalf("cmd/go does not take %q", line)
		}
		return fields[len(fields)-1]
	}
	const header = "ELF \xff Go build ID: \"a/b/c/d\"\n \xff"
	plain := version("program", "{}")
	for _, tc := range []struct {
		name, program, config string
		same                  string // the line that it has to be, or not
		want                  bool
	}{
		{"another program", "program2", "{}", plain, false},
		{"another configuration", "program", `{"strict":true}`, plain, false},
		{"the same", "program", "{}", plain, true},
		{"a build ID", header + "code", "{}", version(header, "{}"), true},
		{"another build ID", strings.Replace(header, "d\"", "e\"", 1), "{}", version(header, "{}"), false},
		{"a long program", strings.Repeat("x", 1<<20), "{}", version(strings.Repeat("x", 1<<20-1), "{}"), false},
	} {
		if got := version(tc.program, tc.config); (got == tc.same) != tc.want {
			t.Errorf("%s: %s", tc.name, got)
		}
	}
}

// A program of Go's own linker has a build ID where identity looks for it.
func TestIdentityOfProgram(t *testing.T) {
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	id, err := identity(f)
	if err != nil || strings.Count(id, "/") != 3 {
		t.Errorf("identity %q, %v; want a build ID of four parts", id, err)
	}
}

func TestIsProtocol(t *testing.T) {
	for line, want := range map[string]bool{
		"":                              false,
		"-V=full":                       true,
		"-flags":                        true,
		"-V=full new":                   false,
		"-json /tmp/b001/vet.cfg":       true,
		"-spanend -fix=false a/vet.cfg": true,
		"vet.cfg":                       true,
		"new --answers service.cfg":     false,
		"hello foo.cfg":                 false,
		"new --answers=service.cfg":     false,
		"--answers=service.cfg":         false,
		"version":                       false,
	} {
		if got := IsProtocol(strings.Fields(line)); got != want {
			t.Errorf("gen %s: want %t", line, want)
		}
	}
}
