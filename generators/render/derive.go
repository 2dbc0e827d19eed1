package render

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/blueprints"
	"github.com/mintwright/mintwright/blueprints/locks"
	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/gomod"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/internal/lock"
	"github.com/mintwright/mintwright/internal/snapshot"
	"github.com/mintwright/mintwright/internal/tree"
)

// derive returns the tree of files with what follows from them, in this order: the module
// files, the answers, the snapshot of all that, and the lock of everything.
func derive(p plan.Plan, gen string, files []tree.File) (tree.Tree, error) {
	derived := map[string][]byte{
		plan.Answers: answers.Format(p.Answers),
		plan.Schema:  answers.Schema(),
	}
	var err error
	if derived[plan.GoMod], derived[plan.GoSum], err = modules(p.Answers.Module, files); err != nil {
		return nil, err
	}
	add := func(path string, content []byte) {
		for _, f := range p.Files {
			if f.Path == path {
				files = append(files, file(f, content))
			}
		}
	}
	for _, path := range []string{plan.GoMod, plan.GoSum, plan.Answers, plan.Schema} {
		add(path, derived[path])
	}

	pristine, err := tree.New(files...)
	if err != nil {
		return nil, err
	}
	packed, err := snapshot.Pack(pristine)
	if err != nil {
		return nil, err
	}
	add(plan.Snapshot, packed)
	locked, err := tree.New(files...)
	if err != nil {
		return nil, err
	}
	blueprint, err := Blueprint()
	if err != nil {
		return nil, err
	}
	add(plan.Lock, lock.Of(locked, gen, blueprint).Encode())
	return tree.New(files...)
}

// modules derives go.mod and go.sum from the Go files of a service.
func modules(module string, files []tree.File) (gomodFile, gosumFile []byte, err error) {
	table, err := gomod.Parse(locks.Modules)
	if err != nil {
		return nil, nil, err
	}
	if needed, found := table.Above(module); found {
		problem := fmt.Sprintf("%q is a module that the service needs itself", module)
		if needed != module {
			problem = fmt.Sprintf("%q lies below %q, a module that the service needs itself", module, needed)
		}
		return nil, nil, &answers.Fault{Field: "module", Problem: problem, Remedy: "give it a path of its own, such as example.com/orders"}
	}
	sources := map[string][]byte{}
	for _, f := range files {
		if strings.HasSuffix(f.Path, ".go") {
			sources[f.Path] = f.Content
		}
	}
	return gomod.Derive(table, module, sources)
}

// Blueprint returns the content hash of the blueprints, "sha256:" and hexadecimal digits: of
// the path, length and content of each file that services are made of, in the order of
// their paths. What is wired is left out: it follows from the release of gen.
func Blueprint() (string, error) {
	manifest, err := blueprints.Manifest()
	if err != nil {
		return "", err
	}
	slices.SortFunc(manifest, func(a, b blueprints.File) int { return strings.Compare(a.Source, b.Source) })
	sum := sha256.New()
	for _, f := range manifest {
		content, err := fs.ReadFile(blueprints.FS(), f.Source)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s\x00%d\x00", f.Source, len(content))
		sum.Write(content)
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}
