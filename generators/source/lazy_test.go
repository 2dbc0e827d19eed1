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
	"database/sql"
	"encoding/json"

	"example.com/m/other"
)

type Store interface{ Get(other.Thing) }

type Other interface{ Log(json.Encoder) }

func New(db *sql.DB) Store { return nil }

var _ sql.DB
`)
	write(t, filepath.Join(dir, "other", "other.go"), `package other

import (
	"bufio"
	"fmt"
	"log/slog"
	"net/url"
	"os"
)

type Thing struct {
	URL    url.URL
	hidden slog.Logger
}

func (Thing) private(*bufio.Reader) {}

func New(*os.File) {}

var Err error = fmt.Errorf("text")
`)
	site := Site{Dir: dir, File: "a.go", Line: 3, Package: "m"}
	w, err := Load(t.Context(), nil, site)
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.Package(site)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		ask  func() error
		want []string
	}{
		{func() error { return nil }, nil},
		{func() error { _, err := p.Interface("Store"); return err }, []string{"net/url"}},
		{func() error { _, err := p.Object(nil, "other.Err"); return err }, []string{"net/url"}},
		{func() error { _, err := p.Interface("Other"); return err }, []string{"encoding/json", "net/url"}},
	} {
		if err := step.ask(); err != nil {
			t.Fatal(err)
		}
		if got := parsed(w); !slices.Equal(got, step.want) {
			t.Errorf("want that %q is read, got %q", step.want, got)
		}
	}
}

// parsed returns the packages of the standard library that were read.
func parsed(w *World) []string {
	var list []string
	for _, u := range w.library {
		if u.parsed {
			list = append(list, u.path)
		}
	}
	slices.Sort(list)
	return list
}
