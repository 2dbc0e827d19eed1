// Package render makes the bytes of a planned service. It reads the blueprints and nothing
// else: the same plan gives the same tree, on every machine.
package render

import (
	"fmt"
	"io/fs"

	"github.com/mintwright/mintwright/blueprints"
	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/chart"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/generators/proto"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/tree"
)

// Tree returns the files of p. gen names the release that makes them, "devel" for none.
//
// The tree holds with the service its lock (internal/lock) and its pristine snapshot
// (internal/snapshot), from which a later release merges.
func Tree(p plan.Plan, gen string) (tree.Tree, error) {
	files, err := Files(p, gen)
	if err != nil {
		return nil, err
	}
	return derive(p, gen, files)
}

// Files returns the files of p but those that follow from others: no go.mod, no lock.
func Files(p plan.Plan, gen string) ([]tree.File, error) {
	contracts, err := contracts(p)
	if err != nil {
		return nil, err
	}
	all := newFacts(p.Answers, gen)
	var files []tree.File
	for _, f := range p.Files {
		if f.Origin == plan.Derived {
			continue
		}
		if f.Origin == plan.Proto {
			files = append(files, file(f, contracts[f.Path]))
			continue
		}
		content, err := content(f, all)
		if err != nil {
			return nil, fmt.Errorf("rendering %s: %w", f.Path, err)
		}
		files = append(files, file(f, content))
	}
	return files, nil
}

// contracts are the contents of the gRPC contracts, by path.
func contracts(p plan.Plan) (map[string][]byte, error) {
	contents := map[string][]byte{}
	done := map[string]bool{}
	for _, f := range p.Files {
		if f.Origin != plan.Proto || done[f.Source] {
			continue
		}
		done[f.Source] = true
		made, err := proto.Called(p.Answers.Module, f.Source)
		if f.Source == p.Answers.Name && p.Answers.Serves("grpc") {
			made, err = proto.Service(p.Answers.Module, f.Source, plan.MoreProtos(p.Answers)...)
		}
		if err != nil {
			return nil, err
		}
		for _, m := range made {
			contents[m.Path] = m.Content
		}
	}
	return contents, nil
}

func content(f plan.File, all facts) ([]byte, error) {
	switch f.Origin {
	case plan.Wired:
		return wire(all.Answers, f.Path)
	case plan.Chart:
		return chart.File(all.Answers, f.Source)
	}
	source, err := fs.ReadFile(blueprints.FS(), f.Source)
	if err != nil {
		return nil, err
	}
	switch f.Origin {
	case plan.Real:
		return real(source, all.Answers)
	case plan.Text:
		return text(f.Source, source, all)
	default:
		return source, nil
	}
}

// real is a Go file of the blueprints in the service's module.
func real(source []byte, a answers.Answers) ([]byte, error) {
	return Rewrite(source,
		Move{blueprints.ServicePath + "/" + names.ProtoFolder("orders"), a.Module + "/" + names.ProtoFolder(a.Name)},
		Move{blueprints.ServicePath, a.Module + "/internal"})
}

func file(f plan.File, content []byte) tree.File {
	return tree.File{Path: f.Path, Mode: f.Mode, Owner: f.Owner, Content: content}
}
