// Package chart renders a Helm chart without Helm.
//
// It is for charts whose templates are plain: it knows the functions that such templates use,
// with the meaning that Helm v4 gives them, and no cluster, no network, no clock and no
// randomness. A template that calls another function is not rendered and is listed as skipped,
// with the function's name. What it renders holds the same objects as Helm's own rendering.
//
// Charts are foreign bytes. Files, values, what a template computes and what it prints are
// bounded, recursion is, and the context ends every template; nothing outside of the folder is
// read.
//
// The rules are those of Helm's engine and of sprig's functions (helm.sh/helm/v4, pkg/engine and
// pkg/chart/common/util), of sigs.k8s.io/yaml for YAML (version 1.1: an unquoted on is true), and
// of JSON Schema for values.schema.json.
package chart

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

const (
	maxFiles    = 2000
	maxFile     = 4 << 20
	maxChart    = 32 << 20
	maxTemplate = 512 << 10
)

var (
	// ErrNoChart is the error of a folder without a Chart.yaml.
	ErrNoChart = errors.New("no Chart.yaml")
	// ErrTooLarge is the error of a chart, a template or an output beyond the bounds.
	ErrTooLarge = errors.New("too large")
)

// Chart is a chart as it was loaded. It is not changed by rendering.
type Chart struct {
	Name        string
	Version     string
	AppVersion  string
	KubeVersion string         // the constraint; "" for any
	Metadata    map[string]any // Chart.yaml as it stands there
	Defaults    map[string]any // values.yaml
	Schema      []byte         // values.schema.json; nil when there is none
	// Unrendered are parts of the chart that Render leaves out: charts that it depends on.
	Unrendered []string

	templates []file // sorted by name
	files     Files
}

type file struct {
	name    string // slash path below the chart
	content []byte
}

// Load reads the chart in the folder dir of fsys.
//
// It fails with ErrNoChart, ErrTooLarge, an *Error that names the file that is no YAML, or an
// error of the file system.
func Load(fsys fs.FS, dir string) (*Chart, error) {
	list, err := read(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("reading chart %q: %w", dir, err)
	}
	c := &Chart{files: Files{}, Defaults: map[string]any{}}
	for _, f := range list {
		switch {
		case f.name == "Chart.yaml":
			c.Metadata, err = ReadValues(f.content)
		case f.name == "values.yaml":
			c.Defaults, err = ReadValues(f.content)
		case f.name == "values.schema.json":
			c.Schema = f.content
		case f.name == "Chart.lock":
		case strings.HasPrefix(f.name, "templates/"):
			if len(f.content) > maxTemplate {
				err = fmt.Errorf("%w (more than %d bytes)", ErrTooLarge, maxTemplate)
			}
			c.templates = append(c.templates, f)
		case strings.HasPrefix(f.name, "charts/"):
			c.Unrendered = append(c.Unrendered, f.name)
		default:
			c.files[f.name] = f.content
		}
		if err != nil {
			return nil, inFile(f.name, err)
		}
	}
	if c.Metadata == nil {
		return nil, fmt.Errorf("reading chart %q: %w", dir, ErrNoChart)
	}
	c.Name, c.Version = coerced(c.Metadata["name"]), coerced(c.Metadata["version"])
	c.AppVersion, c.KubeVersion = coerced(c.Metadata["appVersion"]), coerced(c.Metadata["kubeVersion"])
	if c.Name == "" || path.Base(c.Name) != c.Name {
		return nil, &Error{File: "Chart.yaml", Message: "the chart has no name", Hint: "set name in Chart.yaml"}
	}
	for _, d := range items(c.Metadata["dependencies"]) {
		if m, ok := d.(map[string]any); ok {
			c.Unrendered = append(c.Unrendered, "dependency "+coerced(m["name"]))
		}
	}
	return c, nil
}

// read returns the files in and below dir that Helm would read, sorted by name.
func read(fsys fs.FS, dir string) ([]file, error) {
	ignored, err := readIgnore(fsys, path.Join(dir, ".helmignore"))
	if err != nil {
		return nil, err
	}
	var list []file
	total := 0
	err = fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		below := strings.TrimPrefix(name, dir+"/")
		if dir == "." {
			below = name
		}
		if ignored.match(below, d.IsDir()) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		content, err := readFile(fsys, name)
		if err != nil {
			return err
		}
		total += len(content)
		if len(list) >= maxFiles || total > maxChart {
			return fmt.Errorf("%w: more than %d files or %d bytes", ErrTooLarge, maxFiles, maxChart)
		}
		list = append(list, file{below, bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))})
		return nil
	})
	slices.SortFunc(list, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return list, err
}

// readFile reads what is a file; a pipe would wait.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", name)
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(content) > maxFile {
		err = fmt.Errorf("%s: %w (more than %d bytes)", name, ErrTooLarge, maxFile)
	}
	return content, err
}

// ignore is the rules of .helmignore.
type ignore []ignoreRule

type ignoreRule struct {
	pattern           string
	negate, dir, root bool
}

func readIgnore(fsys fs.FS, name string) (ignore, error) {
	rules := ignore{}
	if info, err := fs.Stat(fsys, name); err == nil && info.Mode().IsRegular() {
		content, err := readFile(fsys, name)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(strings.TrimPrefix(string(content), "\ufeff")) {
			line = strings.TrimSpace(line)
			if line == "" || line[0] == '#' {
				continue
			}
			if _, err := path.Match(line, "abc"); err != nil || strings.Contains(line, "**") {
				return nil, fmt.Errorf(".helmignore: %q is no pattern that Helm knows", line)
			}
			r := ignoreRule{pattern: line}
			r.pattern, r.negate = strings.CutPrefix(r.pattern, "!")
			r.pattern, r.dir = strings.CutSuffix(r.pattern, "/")
			r.pattern, r.root = strings.CutPrefix(r.pattern, "/")
			rules = append(rules, r)
		}
	}
	return append(rules, ignoreRule{pattern: "templates/.?*"}), nil
}

// match follows Helm: a file that a rule with ! does not name is ignored.
func (rules ignore) match(name string, dir bool) bool {
	for _, r := range rules {
		subject := name
		if !r.root && !strings.Contains(r.pattern, "/") {
			subject = path.Base(name)
		}
		hit, _ := path.Match(r.pattern, subject)
		switch {
		case r.negate && (r.dir && !dir || !hit):
			return true
		case r.negate, r.dir && !dir:
		case hit:
			return true
		}
	}
	return false
}

// Error is a fault of a chart at a place of it.
type Error struct {
	File    string // slash path below the chart; "" for the values
	Line    int    // from 1; 0 when it is not known
	Message string
	Hint    string // what to do; ""
	// Refused is set when the template itself refused, by fail or required: Message is its own.
	Refused bool
	cause   error
}

func (e *Error) Error() string {
	where := e.File
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	if where == "" {
		return e.Message
	}
	return where + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.cause }

// inFile says of which file an error is.
func inFile(name string, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		named := *e
		named.File = name
		return &named
	}
	return &Error{File: name, Message: err.Error(), cause: err}
}

// items returns a list, and nil for all else.
func items(v any) []any {
	list, _ := v.([]any)
	return list
}
