package source

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"
)

// A change counts when the model of package m could depend on it.
func TestFingerprint(t *testing.T) {
	archive := txtar.Parse([]byte(`
-- work/go.work --
go 1.26

use (
	./m
	./n
)
-- work/m/go.mod --
module example.com/m

go 1.26

require example.com/local v0.0.0

replace example.com/local => ../../local
-- work/m/a/a.go --
package a

import (
	"example.com/local/deep"
	"example.com/m/b"
)
-- work/m/a/a_test.go --
package a
-- work/m/a/a.txt --
-- work/m/b/b.go --
package b

import "example.com/n"
-- work/m/b/b_test.go --
package b
-- work/m/other/other.go --
package other
-- work/n/go.mod --
module example.com/n

go 1.26
-- work/n/n.go --
package n
-- local/go.mod --
module example.com/local
-- local/deep/deep.go --
package deep
-- local/idle.go --
package local
`))
	dir := unpack(t, archive).dir
	sites := []Site{{Dir: filepath.Join(dir, "work", "m", "a"), File: "a.go"}, {Dir: filepath.Join(dir, "work", "m", "a")}}
	env := append(os.Environ(), "GOFLAGS=", "GOWORK=")
	before := fingerprint(t, env, sites)
	if again := fingerprint(t, env, sites); again != before {
		t.Error("nothing has changed, and the fingerprint has")
	}
	if tagged := fingerprint(t, append(env, "GOFLAGS=-tags=wide"), sites); tagged == before {
		t.Error("tags do not count")
	}
	for _, c := range []struct {
		name   string
		counts bool
	}{
		{"work/go.work", true},
		{"work/go.work.sum", true},
		{"work/m/go.mod", true},
		{"work/m/go.sum", true},
		{"work/m/vendor/modules.txt", true},
		{"work/n/go.mod", true},
		{"work/n/n.go", true},
		{"work/m/a/a.go", true},
		{"work/m/a/new.go", true},
		{"work/m/a/a_test.go", true},
		{"work/m/b/b.go", true},
		{"local/deep/deep.go", true},
		{"local/go.mod", true},
		{"work/m/a/a.txt", false},
		{"work/m/b/b_test.go", false},
		{"work/m/other/other.go", false},
		{"local/idle.go", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := filepath.Join(dir, filepath.FromSlash(c.name))
			content, err := os.ReadFile(name)
			if err == nil {
				defer write(t, name, string(content))
			} else {
				defer os.Remove(name)
			}
			write(t, name, string(content)+"\n// changed\n")
			if changed := fingerprint(t, env, sites) != before; changed != c.counts {
				t.Errorf("want that it counts: %t, got %t", c.counts, changed)
			}
		})
	}
	if again := fingerprint(t, env, sites); again != before {
		t.Error("all is as before, and the fingerprint is not")
	}
}

// fingerprint is that of both sites, which is the same.
func fingerprint(t *testing.T, env []string, sites []Site) string {
	t.Helper()
	prints, err := Fingerprint(env, sites...)
	if err != nil {
		t.Fatal(err)
	}
	if prints[sites[0]] == "" || prints[sites[0]] != prints[sites[1]] {
		t.Errorf("want one fingerprint for a folder, got %v", prints)
	}
	return prints[sites[0]]
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
