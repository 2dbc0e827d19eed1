package source

import (
	"path/filepath"
	"slices"
	"testing"
)

// What an interface does not stand on is not even parsed.
func TestLazy(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module example.com/m\n\ngo 1.26\n")
	write(t, filepath.Join(dir, "a.go"), `package m

import (
	"context"
	"database/sql"
	"go/types"
	"log/slog"
	"net/http"
)

type Store interface{ Get(context.Context, *http.Request) http.Header }

type Other interface{ Log(*slog.Logger) }

func New(db *sql.DB) Store { return nil }

var _ types.Type = types.Typ[0]
`)
	site := Site{Dir: dir, File: "a.go", Line: 3, Package: "m"}
	w, err := Load(t.Context(), nil, site)
	if err != nil {
		t.Fatal(err)
	}
	parsed := func() []string {
		var list []string
		for _, u := range w.library {
			if u.parsed {
				list = append(list, u.path)
			}
		}
		slices.Sort(list)
		return list
	}
	p, err := w.Package(site)
	if err != nil {
		t.Fatal(err)
	}
	if list := parsed(); len(list) > 0 {
		t.Errorf("before anything is asked for: %q", list)
	}
	if _, err := p.Interface("Store"); err != nil {
		t.Fatal(err)
	}
	before := parsed()
	if !slices.Contains(before, "net/http") {
		t.Errorf("net/http is not read: %q", before)
	}
	// http.Request has fields of types that only its package can name, net/http has variables and
	// functions, and package m has too: these would bring them.
	for _, idle := range []string{"bufio", "bytes", "database/sql", "errors", "go/types", "log", "log/slog", "os", "sync", "strings"} {
		if slices.Contains(before, idle) {
			t.Errorf("%s is read", idle)
		}
	}
	if _, err := p.Interface("Other"); err != nil {
		t.Fatal(err)
	}
	if got, want := len(parsed()), len(before)+1; got != want {
		t.Errorf("log/slog alone is new: want %d packages, got %q", want, parsed())
	}
}
