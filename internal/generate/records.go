package generate

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/stamp"
)

const (
	recordFormat = "mintwright generate 1"
	maxAge       = 30 * 24 * time.Hour // of a record that nobody uses
	freshness    = 24 * time.Hour      // a record that is used and older is marked as used
)

// record says what one module's directives have made of which inputs.
type record struct {
	Format  string           `json:"format"`
	Entries map[string]entry `json:"entries"` // by a hash of the directive
}

// entry is about one directive.
type entry struct {
	File    string            `json:"file"`            // with the directive; an entry without its file goes
	State   string            `json:"state"`           // a hash of all that the output depends on, as far as it is known beforehand
	Reads   reads             `json:"reads,omitempty"` // what else was read
	Outputs map[string]string `json:"outputs"`         // a hash by the path from the module
}

// records are those of the modules of some jobs. Whatever goes wrong with them, they only know less.
type records struct {
	folder string // "": there are none
	self   string
	env    []string
	jobs   []*job
	states []string          // of each job; "" when it is not known
	known  map[string]record // by module
	memo   map[string]string // what contracts has found, by module
}

func openRecords(o Options, jobs []*job) *records {
	r := &records{folder: o.Cache, env: o.Environ, jobs: jobs, known: map[string]record{}}
	if r.folder == "" {
		return r
	}
	r.self = identity()
	r.states = r.compute()
	for _, j := range jobs {
		if _, ok := r.known[j.module]; !ok {
			r.known[j.module] = r.read(j.module)
		}
	}
	return r
}

// identity is a hash by which one build of gen differs from another.
func identity() string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(name)
	if err != nil {
		return ""
	}
	built, _ := debug.ReadBuildInfo()
	return stamp.Hash(name, fmt.Sprint(info.Size()), info.ModTime().UTC().Format(time.RFC3339Nano), fmt.Sprint(built))
}

// compute returns the state of every job.
func (r *records) compute() []string {
	r.memo = map[string]string{}
	prints := fingerprints(r.env, r.jobs)
	states := make([]string, len(r.jobs))
	for i, j := range r.jobs {
		inputs := ""
		switch {
		case j.typed != nil:
			inputs = prints[i]
		case j.plain != nil:
			inputs = "what it reads"
		}
		if inputs != "" && j.state != nil {
			more := j.state(r)
			if inputs += more; more == "" {
				inputs = ""
			}
		}
		if inputs != "" && r.self != "" {
			states[i] = stamp.Hash(append([]string{r.self, j.Package, j.File, inputs}, j.Args...)...)
		}
	}
	return states
}

// fingerprints returns, for each job that reads Go packages, a hash of all that those depend on;
// "" for others, and where it is not known.
func fingerprints(env []string, jobs []*job) []string {
	list := make([]string, len(jobs))
	var sites []source.Site
	for _, j := range jobs {
		if j.typed != nil {
			sites = append(sites, j.site())
		}
	}
	if len(sites) == 0 {
		return list
	}
	prints, err := source.Fingerprint(env, sites...)
	if err != nil {
		return list
	}
	for i, j := range jobs {
		if j.typed != nil {
			list[i] = prints[j.site()]
		}
	}
	return list
}

func (r *records) path(module string) string {
	sum := sha256.Sum256([]byte(module))
	return filepath.Join(r.folder, hex.EncodeToString(sum[:16])+".json")
}

func (r *records) read(module string) record {
	name := r.path(module)
	content, err := readFile(name)
	if err != nil {
		return record{}
	}
	if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > freshness {
		_ = os.Chtimes(name, time.Now(), time.Now()) // one that cannot be marked goes earlier
	}
	return decode(content)
}

// decode reads a record; what is none is an empty one.
func decode(content []byte) record {
	var known record
	if err := json.Unmarshal(content, &known); err != nil || known.Format != recordFormat {
		return record{}
	}
	return known
}

// key is the directive's name in the record.
func (j *job) key() string { return stamp.Hash(append([]string{j.Place()}, j.Args...)...) }

// unchanged returns the outputs of a job when they are what it would make now; nil otherwise.
func (r *records) unchanged(i int) []string {
	if r.folder == "" || r.states[i] == "" {
		return nil
	}
	j := r.jobs[i]
	e, ok := r.known[j.module].Entries[j.key()]
	if !ok || e.State != r.states[i] || len(e.Outputs) == 0 || !e.Reads.unchanged() {
		return nil
	}
	names := slices.Sorted(maps.Keys(e.Outputs))
	for _, name := range names {
		if !filepath.IsLocal(name) || sumOf(os.DirFS(j.module), name) != e.Outputs[name] {
			return nil
		}
	}
	return names
}

// Record notes what was made, for the next run. It is for when the files are on the disk; wrote
// says that some of them were not before. Then a directive is left out when its inputs are no
// longer those that it was made from, as when it reads what another has written.
func (m Made) Record(wrote bool) {
	r := m.records
	if r == nil || r.folder == "" {
		return
	}
	now := r.states
	if wrote {
		now = r.compute()
	}
	fresh := map[string]map[string]entry{} // by module
	for i, j := range m.jobs {
		if m.Results[i].Files == nil || now[i] == "" || now[i] != r.states[i] {
			continue
		}
		e := entry{File: j.Place(), State: now[i], Reads: j.reads, Outputs: map[string]string{}}
		for _, f := range m.Results[i].Files {
			sum := sha256.Sum256(f.Content)
			e.Outputs[f.Path] = hex.EncodeToString(sum[:])
		}
		if fresh[j.module] == nil {
			fresh[j.module] = map[string]entry{}
		}
		fresh[j.module][j.key()] = e
	}
	for module, entries := range fresh {
		_ = r.write(module, entries) // without a record the next run takes longer
	}
}

// write adds entries to a module's record. The last of several writers wins: what the others
// knew is made anew some time.
func (r *records) write(module string, entries map[string]entry) error {
	if err := os.MkdirAll(r.folder, 0o700); err != nil {
		return err
	}
	next := record{recordFormat, entries}
	for key, e := range r.read(module).Entries {
		if _, ok := entries[key]; ok {
			continue
		}
		if _, err := os.Stat(e.File); err == nil {
			next.Entries[key] = e
		}
	}
	content, err := json.Marshal(next)
	if err != nil {
		return err
	}
	r.trim()
	return replace(r.path(module), content)
}

// replace writes a file beside its place and moves it there.
func replace(name string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), temporary)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(content)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

const temporary = "new-*"

// trim removes the records that nobody has used for long, and what ended writers left.
func (r *records) trim() {
	entries, err := os.ReadDir(r.folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		isOurs := strings.HasSuffix(e.Name(), ".json") || strings.HasPrefix(e.Name(), strings.TrimSuffix(temporary, "*"))
		if err == nil && isOurs && info.Mode().IsRegular() && time.Since(info.ModTime()) > maxAge {
			_ = os.Remove(filepath.Join(r.folder, e.Name()))
		}
	}
}
