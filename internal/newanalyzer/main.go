// Command newanalyzer makes the folder of a new analyzer: one that compiles, with a test that
// passes, in the form that all of them have. What it looks for is for its author to replace.
//
// Run it by "make analyzer NAME=spanlink" in the root of the module.
package main

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/names"
)

func main() {
	if err := run(".", os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "newanalyzer: error:", err)
		os.Exit(1)
	}
}

// forms holds the files by where they go. NAME stands for the name.
//
//go:embed all:form
var forms embed.FS

// list is the file that names all analyzers.
const list = "analyzers/analyzers.go"

// run makes the folder in the module at root, and says what is left to do.
func run(root string, args []string, out io.Writer) error {
	if len(args) != 1 || args[0] == "" {
		return errors.New("no name given: make analyzer NAME=spanlink")
	}
	name := args[0]
	if err := check(name); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(list))); err != nil {
		return fmt.Errorf("this is not the root of Mintwright: %w", err)
	}
	analyzers, err := os.OpenRoot(filepath.Join(root, "analyzers"))
	if err != nil {
		return err
	}
	defer analyzers.Close()
	if err := analyzers.Mkdir(name, 0o777); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("there is analyzers/%s already", name)
		}
		return err
	}
	for _, f := range files(name) {
		if err := analyzers.MkdirAll(path.Join(name, path.Dir(f.path)), 0o777); err != nil {
			return err
		}
		if err := analyzers.WriteFile(path.Join(name, f.path), []byte(f.text), 0o666); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, `made analyzers/%[1]s, which finds nothing of use yet: see its files

Add to Suite and to Rules in %[2]s, each in its place by name:
	%[1]s.Analyzer,
	%[1]s.Rules,

Then:
	go test ./analyzers/%[1]s
	make docs
`, name, list)
	return err
}

// check refuses what is no name of an analyzer: a Go package, a flag, a part of rules.
func check(name string) error {
	const most = 24
	switch {
	case !regexp.MustCompile(`^[a-z][a-z0-9]*$`).MatchString(name) || len(name) > most:
		return fmt.Errorf("%q is no name for an analyzer: it takes one word of at most %d lower-case letters and digits", name, most)
	case names.Reserved(name) != "":
		return fmt.Errorf("%q is no name for an analyzer: it is %s", name, names.Reserved(name))
	case slices.Contains([]string{"all", "findings", "gen", "mintwright"}, name):
		return fmt.Errorf("%q means something else to gen vet or to Go", name)
	}
	return nil
}

// file is one of an analyzer's, by its path from the analyzer's folder.
type file struct{ path, text string }

// files returns those of an analyzer, sorted by path.
func files(name string) []file {
	var made []file
	err := fs.WalkDir(forms, "form", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := forms.ReadFile(p)
		where := strings.TrimSuffix(strings.TrimPrefix(p, "form/"), ".txt")
		made = append(made, file{strings.ReplaceAll(where, "NAME", name), strings.ReplaceAll(string(text), "NAME", name)})
		return err
	})
	if err != nil {
		panic(err) // they are embedded
	}
	slices.SortFunc(made, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return made
}
