package proto

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/blueprints"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/tree"
)

// blueprint is where the contract lies of a service that is called orders.
const blueprint = "service/proto/orders/v1"

// Service returns the contract that a service of a module offers: its .proto files, the Go
// made of them, and the generate directive that makes it again. It has greetings, and of the
// other files of the blueprint those that are named: "peers", "archive".
//
// The name is a label; see package names.
func Service(module, name string, more ...string) ([]tree.File, error) {
	c := contract{module: module, name: name, protos: []string{"greetings.proto"}}
	for _, m := range more {
		c.protos = append(c.protos, m+".proto")
	}
	return c.files()
}

// Called returns a copy, for the module of a caller, of the contract that the named service
// offers, as far as a caller uses it.
func Called(module, name string) ([]tree.File, error) {
	return contract{module: module, name: name, protos: []string{"greetings.proto"}, isCopy: true}.files()
}

// contract is what is made of the blueprint for one service.
type contract struct {
	module, name string
	protos       []string
	isCopy       bool
}

func (c contract) files() ([]tree.File, error) {
	var files []tree.File
	sources := map[string][]byte{} // by their paths below proto
	for _, name := range append([]string{"generate.go"}, c.protos...) {
		content, err := c.content(name)
		if err != nil {
			return nil, err
		}
		f := tree.File{Path: path.Join(names.ProtoFolder(c.name), name), Mode: 0o644, Owner: tree.Yours, Content: content}
		files = append(files, f)
		if path.Ext(name) == ".proto" {
			sources[strings.TrimPrefix(f.Path, "proto/")] = content
		}
	}
	find := func(name string) (source, error) {
		if content, found := sources[name]; found {
			return source{text: content}, nil
		}
		return source{}, fs.ErrNotExist
	}
	o := Options{Base: c.module + "/proto", Package: names.ProtoGo(c.name)}
	made, err := generate(context.Background(), find, job{Options: o, names: slices.Sorted(maps.Keys(sources))})
	if err != nil {
		return nil, fmt.Errorf("the contract of %q: %w", c.name, err)
	}
	for _, f := range made {
		f.Path = "proto/" + f.Path
		files = append(files, f)
	}
	return files, nil
}

// content is a file of the blueprint with the names of this service.
func (c contract) content(name string) ([]byte, error) {
	source, err := fs.ReadFile(blueprints.FS(), path.Join(blueprint, name))
	if err != nil {
		return nil, err
	}
	folder, goPackage := names.ProtoFolder(c.name), names.ProtoGo(c.name)
	changes := []string{
		blueprints.ServicePath + "/proto/orders/v1;ordersv1", c.module + "/" + folder + ";" + goPackage,
		"package orders.v1;", "package " + names.Proto(c.name) + ".v1;",
		"import \"orders/v1/", "import \"" + strings.TrimPrefix(folder, "proto/") + "/",
		"Package ordersv1 ", "Package " + goPackage + " ",
		"package ordersv1\n", "package " + goPackage + "\n",
	}
	text := ""
	if c.isCopy {
		changes = append(changes,
			"the service's gRPC contract as Go", "the gRPC contract of "+c.name+" as Go",
			": a worked example to replace with your own.", ".",
		)
		if path.Ext(name) == ".proto" {
			text = "// What this service uses of the contract of " + c.name + ", which that service defines.\n\n"
		}
	}
	return []byte(text + strings.NewReplacer(changes...).Replace(string(source))), nil
}
