package registry

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/internal/fault"
)

// Options say where to find what a registry does not define itself. The zero value is of use
// for a registry that depends on none, or on folders of the same file system.
type Options struct {
	// Official returns what is known of an attribute of OpenTelemetry's own registry where its
	// files are not at hand. It may be nil.
	Official func(key string) (Attribute, bool)
	// Near returns the key of OpenTelemetry's own registry that was probably meant, or "". It may
	// be nil.
	Near func(key string) string

	// Dependency holds a registry that stands for the dependency which the manifest names by a
	// URL; or for one that is depended on without a manifest. It may be nil.
	Dependency     fs.FS
	DependencyName string // what faults call it
}

// Load returns what files define, with references resolved. A name that is a folder stands for
// all files below it; beside a file, or in a folder, the manifest is read, which is a file
// named manifest or registry_manifest, and so are the registries that it depends on.
//
// What is wrong is told all at once, as joined *fault.Fault. The error is that of the file
// system when a file cannot be read.
func Load(fsys fs.FS, o Options, names ...string) (*Registry, error) {
	l := &loader{reader: reader{fsys: fsys, seen: map[string]bool{}, signals: true}, options: o}
	for _, name := range names {
		if err := l.name(name); err != nil {
			return nil, err
		}
	}
	if err := l.manifests(names); err != nil {
		return nil, err
	}
	if len(l.faults) == 0 {
		l.pool()
	}
	if len(l.faults) == 0 {
		l.resolveAll()
	}
	if len(l.faults) > 0 {
		return nil, l.joined()
	}
	return l.registry(), nil
}

// loader is a reader that knows other registries too.
type loader struct {
	reader
	options Options

	schemaURL, description string
	dependencies           []*reader
	unread                 []string // schema URLs of dependencies whose files are not at hand

	attributes map[string]*Attribute
	byID       map[string]*raw // groups of all kinds by the ID of version 1
	byName     [kinds]map[string]*raw
	imported   []*raw
	foreign    map[string]Attribute
	taken      map[*raw]bool   // the same as imported
	loaded     map[string]bool // folders of dependencies
	uses, work int             // resolved, and looked at so far
}

// manifest is what a manifest says.
type manifest struct {
	file, schemaURL, description string
	resolved                     string // the file that holds the registry, of a published one
	dependencies                 []dependency
}

type dependency struct {
	schemaURL, path string
	at              *yaml.Node
}

// manifests reads the manifests of what was named, and the registries that they name.
func (l *loader) manifests(list []string) error {
	seen := map[string]bool{}
	l.schemaURL = l.schema
	for _, named := range list {
		dir := path.Clean(named)
		if info, err := fs.Stat(l.fsys, dir); err == nil && !info.IsDir() {
			dir = path.Dir(dir)
		}
		if seen[dir] {
			continue
		}
		seen[dir] = true
		m, err := l.manifest(dir)
		if err != nil {
			return err
		}
		if m == nil {
			continue
		}
		l.schemaURL, l.description = firstOf(m.schemaURL, l.schemaURL), firstOf(m.description, l.description)
		if err := l.depend(dir, m, []string{dir}); err != nil {
			return err
		}
	}
	if l.options.Dependency != nil {
		return l.given()
	}
	return nil
}

// manifest reads the manifest of a folder, or returns nil when it has none.
func (r *reader) manifest(dir string) (*manifest, error) {
	for _, base := range [...]string{"manifest.yaml", "manifest.yml", "registry_manifest.yaml", "registry_manifest.yml"} {
		file := path.Join(dir, base)
		data, err := content(r.fsys, file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if f, ok := errors.AsType[*fault.Fault](err); ok {
			r.report(f)
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if m := r.manifestOf(file, data); m != nil {
			return m, nil
		}
	}
	return nil, nil
}

const manifestFields = "file_format schema_url description stability dependencies resolved_registry_uri resolved_schema_uri name version semconv_version schema_base_url repository"

// manifestOf takes what a manifest says; other files of that name are none.
func (r *reader) manifestOf(name string, data []byte) *manifest {
	f := &file{reader: r, name: name}
	var m *manifest
	err := f.documents(data, func(n *yaml.Node) bool {
		if n == nil || n.Kind != yaml.MappingNode || field(n, "schema_url") == nil && field(n, "schema_base_url") == nil && field(n, "dependencies") == nil {
			return false
		}
		f.known(n, "the manifest", manifestFields)
		m = &manifest{file: name, schemaURL: f.text(n, "schema_url"), description: f.prose(n, "description"), resolved: f.text(n, "resolved_registry_uri", "resolved_schema_uri")}
		if base := f.text(n, "schema_base_url"); m.schemaURL == "" && base != "" {
			m.schemaURL = strings.TrimSuffix(base, "/") + "/" + strings.TrimPrefix(f.text(n, "semconv_version", "version"), "v")
		}
		if u := field(n, "schema_url"); u != nil && !isSchemaURL(m.schemaURL) {
			f.fault(u, "write it like https://acme.example/schemas/1.0.0", "schema_url %q is no URL that ends with a version", m.schemaURL)
		}
		f.each(n, "dependencies", func(d *yaml.Node) {
			m.dependencies = append(m.dependencies, dependency{f.text(d, "schema_url", "name"), f.text(d, "registry_path"), d})
		})
		return false
	})
	if err != nil {
		f.report(err)
	}
	return m
}

// isSchemaURL reports whether a text is a URL with a version at its end.
func isSchemaURL(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(s, "http://")
	}
	version := Version(rest)
	return ok && strings.IndexByte(rest, '/') > 0 && version != "" && !strings.ContainsAny(s, " \t\r\n\"\\")
}

// depend reads the registries that a manifest in dir names. above holds the folders of those
// that depend on this one.
func (l *loader) depend(dir string, m *manifest, above []string) error {
	for _, d := range m.dependencies {
		f := &file{reader: &l.reader, name: m.file}
		folder, ok := folderOf(l.fsys, dir, d)
		switch {
		case !ok && l.options.Dependency != nil:
			continue // it is given
		case !ok && IsOfficial(d.schemaURL) && l.options.Official != nil && (d.path == "" || isRemote(d.path)):
			l.unread = append(l.unread, d.schemaURL)
			continue
		case !ok:
			problem := fmt.Sprintf("the registry %s is not here: %s", firstOf(d.schemaURL, d.path), whyNot(d.path))
			f.fault(d.at, "copy the registry into a folder and name it by registry_path, or give the folder with -registry", "%s", problem)
			continue
		case slices.Contains(above, folder):
			f.fault(d.at, "take one of the dependencies away", "the registry depends on itself, by way of %s", strings.Join(append(above, folder), ", "))
			continue
		case l.loaded[folder]:
			continue
		case len(l.loaded) >= maxOthers:
			f.fault(d.at, "depend on fewer", "more than %d registries are depended on", maxOthers)
			return nil
		case len(above) > maxDepth:
			f.fault(d.at, "make the chain shorter", "registries depend on each other more than %d deep", maxDepth)
			continue
		}
		if l.loaded == nil {
			l.loaded = map[string]bool{}
		}
		l.loaded[folder] = true
		if err := l.dependency(folder, d.schemaURL, above); err != nil {
			return err
		}
	}
	return nil
}

// folderOf returns the folder of a dependency: from the manifest's folder, or from the root.
func folderOf(fsys fs.FS, dir string, d dependency) (string, bool) {
	if d.path == "" || isRemote(d.path) {
		return "", false
	}
	for _, p := range [...]string{path.Join(dir, d.path), path.Clean(d.path)} {
		if !fs.ValidPath(p) {
			continue
		}
		if info, err := fs.Stat(fsys, p); err == nil && info.IsDir() {
			return p, true
		}
	}
	return "", false
}

// isRemote reports whether a path is one of those that are fetched.
func isRemote(p string) bool { return strings.Contains(p, "://") || strings.HasPrefix(p, "git@") }

func whyNot(p string) string {
	switch {
	case p == "":
		return "it has no registry_path"
	case isRemote(p):
		return fmt.Sprintf("registry_path %q would have to be fetched, and gen fetches nothing", p)
	case strings.HasSuffix(p, ".zip"), strings.HasSuffix(p, ".tar.gz"), strings.HasSuffix(p, ".tgz"):
		return fmt.Sprintf("registry_path %q is an archive", p)
	case path.IsAbs(p):
		return fmt.Sprintf("registry_path %q holds on one machine alone", p)
	}
	return fmt.Sprintf("registry_path %q is no folder", p)
}

// dependency reads a registry in a folder of the same file system, and those that it depends on.
func (l *loader) dependency(folder, schemaURL string, above []string) error {
	d := l.another(l.fsys)
	m, err := d.manifest(folder)
	if err != nil {
		return err
	}
	read := folder
	if m != nil {
		schemaURL = firstOf(m.schemaURL, schemaURL)
		if m.resolved != "" && !isRemote(m.resolved) {
			read = path.Join(folder, m.resolved)
		}
	}
	d.from = firstOf(schemaURL, folder)
	if err := l.read(d, read); err != nil {
		return err
	}
	if m == nil {
		return nil
	}
	return l.depend(folder, m, append(slices.Clone(above), folder))
}

// given reads the registry that the options hold.
func (l *loader) given() error {
	d := l.another(l.options.Dependency)
	m, err := d.manifest(".")
	if err != nil {
		return err
	}
	if d.from = official; m != nil {
		d.from = firstOf(m.schemaURL, official)
	}
	first := len(l.faults)
	if err := l.read(d, "."); err != nil {
		return err
	}
	for _, f := range l.faults[first:] {
		f.File = path.Join(l.options.DependencyName, f.File)
	}
	return nil
}

// another returns a reader for another registry.
func (l *loader) another(fsys fs.FS) *reader {
	return &reader{fsys: fsys, seen: map[string]bool{}, signals: true}
}

// read reads a registry that this one depends on. Its warnings are its own matter.
func (l *loader) read(d *reader, name string) error {
	if err := d.name(name); err != nil {
		return err
	}
	for _, f := range d.faults {
		l.report(f)
	}
	if len(d.raws) == 0 && len(d.found) == 0 && len(d.imports) == 0 && len(d.faults) == 0 {
		l.report(&fault.Fault{File: firstOf(l.options.DependencyName, name), Problem: "the folder holds no attribute registry", Remedy: "name the folder that holds the files, such as model"})
	}
	l.dependencies = append(l.dependencies, d)
	return nil
}

// registry returns what was found.
func (l *loader) registry() *Registry {
	r := &Registry{SchemaURL: l.schemaURL, Description: l.description, Attributes: l.found, Warnings: l.warnings}
	for _, s := range append(l.raws, l.imported...) {
		s.Uses = s.resolved
		switch s.kind {
		case aGroup:
			if !s.internal {
				r.Groups = append(r.Groups, Group{s.Signal})
			}
		case aMetric:
			r.Metrics = append(r.Metrics, Metric{s.Signal, s.instrument, s.unit, s.valueType})
		case aSpan:
			r.Spans = append(r.Spans, Span{s.Signal, s.spanKind, s.nameNote})
		case anEvent:
			r.Events = append(r.Events, Event{s.Signal})
		case anEntity:
			r.Entities = append(r.Entities, Entity{s.Signal})
		}
		for i := range s.Uses {
			l.note(&s.Uses[i])
		}
	}
	for _, a := range l.foreign {
		r.Foreign = append(r.Foreign, a)
	}
	slices.SortFunc(r.Foreign, func(a, b Attribute) int { return strings.Compare(a.Key, b.Key) })
	slices.SortStableFunc(r.Groups, func(a, b Group) int { return strings.Compare(a.ID, b.ID) })
	slices.SortStableFunc(r.Metrics, func(a, b Metric) int { return strings.Compare(a.ID, b.ID) })
	slices.SortStableFunc(r.Spans, func(a, b Span) int { return strings.Compare(a.ID, b.ID) })
	slices.SortStableFunc(r.Events, func(a, b Event) int { return strings.Compare(a.ID, b.ID) })
	slices.SortStableFunc(r.Entities, func(a, b Entity) int { return strings.Compare(a.ID, b.ID) })
	return r
}

// note keeps the definition of an attribute of another registry.
func (l *loader) note(u *Use) {
	if u.From == "" {
		return
	}
	if l.foreign == nil {
		l.foreign = map[string]Attribute{}
	}
	if a := l.attributes[u.Key]; a != nil {
		l.foreign[u.Key] = *a
		return
	}
	l.foreign[u.Key] = u.Attribute
}
