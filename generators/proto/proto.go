// Package proto makes Go of .proto files, in the process and offline.
//
// What it makes is, byte for byte, what the official plugins make of the same request:
// protoc-gen-go, whose generator it runs, and protoc-gen-go-grpc, which cannot be imported
// and is written anew in grpc.go. There is no protoc, so that the headers name none. Tests
// hold this against the plugins themselves, at the versions of go.mod and tools.mod.
//
// Sources are compiled by github.com/bufbuild/protocompile, which follows the language
// specifications at https://protobuf.dev/reference/protobuf/.
package proto

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	gengo "google.golang.org/protobuf/cmd/protoc-gen-go/internal_gengo"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/gofeaturespb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/mintwright/mintwright/internal/tree"
)

// Options says where the Go will lie. What is empty is not checked.
type Options struct {
	// Base is the Go import path of the root of the sources: the go_package of each named
	// file must be that of its folder.
	Base string
	// Package is the name of the Go package that the files become part of.
	Package string
}

// Generate returns the Go of the named files of src, sorted by path: for each a .pb.go beside
// it, and a _grpc.pb.go when it declares services. Names are paths from the root of src, as
// import statements give them; imports are looked up in src, and those that come with protoc
// (google/protobuf/…) or with gRPC's status (google/rpc/status.proto) need not lie there.
//
// It reports every fault that it can find, each a *Fault; see Faults. It reads nothing but
// src, and the same sources give the same bytes.
func Generate(src fs.FS, o Options, names ...string) ([]tree.File, error) {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	return generate(context.Background(), reader(src), job{Options: o, names: names})
}

// ImportRoot returns where imports start for the .proto files of a folder, a slash path from the
// root of the module: the first folder called proto on the way to it, or else ".".
func ImportRoot(dir string) string {
	parts := strings.Split(dir, "/")
	if i := slices.Index(parts, "proto"); i >= 0 {
		return path.Join(parts[:i+1]...)
	}
	return "."
}

// source is what was found of a file.
type source struct {
	text     []byte
	place    string                            // where it lies; "" below the root of the sources
	compiled *descriptorpb.FileDescriptorProto // instead of a text: what Go was made of
}

// finder returns a file by its path from the root of the sources. Of an error that is a *Fault
// the problem and the remedy are told where the file was imported.
type finder func(name string) (source, error)

// job is what is to be made of sources.
type job struct {
	Options
	names       []string          // sorted
	mapped      map[string]string // Go import paths of files, instead of their go_package
	apiLevels   []string          // parameters of protoc-gen-go
	withoutGRPC bool
	plugins     []plugin
}

// parameters are those of each plugin for Go.
func (j job) parameters() string {
	list := append([]string{"paths=source_relative"}, j.apiLevels...)
	return strings.Join(append(list, j.mapParameters()...), ",")
}

// mapParameters say the Go import paths of files.
func (j job) mapParameters() (list []string) {
	for _, file := range slices.Sorted(maps.Keys(j.mapped)) {
		list = append(list, "M"+file+"="+j.mapped[file])
	}
	return list
}

// generate does a job.
func generate(ctx context.Context, find finder, j job) (files []tree.File, err error) {
	if len(j.names) == 0 {
		return nil, nil
	}
	c := newCompiler(find)
	defer func() { err = c.placed(err) }()
	defer guard(j.names[0], &err)
	req, err := c.request(j)
	if err != nil {
		return nil, err
	}
	if err := checkPackages(req, j); err != nil {
		return nil, err
	}
	if files, err = run(req, j); err != nil {
		return nil, err
	}
	for _, p := range j.plugins {
		more, err := p.run(ctx, req, j)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	slices.SortFunc(files, byPath)
	if err := twice(req, files); err != nil {
		return nil, err
	}
	return files, nil
}

// twice refuses two files of one path.
func twice(req *pluginpb.CodeGeneratorRequest, files []tree.File) error {
	for i := 1; i < len(files); i++ {
		if name := files[i].Path; name == files[i-1].Path {
			return &Fault{
				File: req.GetFileToGenerate()[0], Problem: fmt.Sprintf("%s would be made twice", name),
				Remedy: "leave out one of the plugins, or tell it to use another name",
			}
		}
	}
	return nil
}

// guard turns a panic of what reads foreign bytes into a fault of the file.
func guard(name string, err *error) {
	if p := recover(); p != nil {
		*err = &Fault{
			File: name, Problem: fmt.Sprintf("the compiler gave up: %v", p),
			Remedy: "leave out what is unusual in it, and report this with the file",
		}
	}
}

// request is what protoc would hand to its plugins.
func (c *compiler) request(j job) (*pluginpb.CodeGeneratorRequest, error) {
	files, err := c.compile(j.names)
	if err != nil {
		return nil, err
	}
	req := &pluginpb.CodeGeneratorRequest{
		Parameter: new(j.parameters()), FileToGenerate: j.names, ProtoFile: files,
	}
	// A plugin reads its request from a pipe, where custom options are fields that it does not
	// know, in the order of the bytes. They end up in the descriptor, so the same is done here.
	wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(req)
	if err != nil {
		return nil, err
	}
	known := new(protoregistry.Types)
	if err := known.RegisterExtension(gofeaturespb.E_Go); err != nil {
		return nil, err
	}
	read := new(pluginpb.CodeGeneratorRequest)
	return read, proto.UnmarshalOptions{Resolver: known}.Unmarshal(wire, read)
}

// run is the work of the two plugins.
func run(req *pluginpb.CodeGeneratorRequest, j job) ([]tree.File, error) {
	gen, err := protogen.Options{}.New(req)
	if err != nil {
		return nil, refusal(req, err.Error())
	}
	for _, f := range gen.Files {
		if !f.Generate {
			continue
		}
		if j.Package != "" && string(f.GoPackageName) != j.Package {
			fault := goPackageFault(f.Proto)
			fault.Problem = fmt.Sprintf("go_package makes it package %s, but the Go of its folder is package %s", f.GoPackageName, j.Package)
			fault.Remedy = fmt.Sprintf("write option go_package = %q;", string(f.GoImportPath)+";"+j.Package)
			return nil, fault
		}
		gengo.GenerateFile(gen, f)
		if !j.withoutGRPC {
			generateServices(gen, f)
		}
	}
	gen.SupportedFeatures = gengo.SupportedFeatures
	gen.SupportedEditionsMinimum = gengo.SupportedEditionsMinimum
	gen.SupportedEditionsMaximum = gengo.SupportedEditionsMaximum
	made := gen.Response()
	if made.Error != nil {
		return nil, refusal(req, made.GetError())
	}
	var files []tree.File
	for _, f := range made.GetFile() {
		files = append(files, tree.File{Path: f.GetName(), Mode: 0o644, Owner: tree.Generated, Content: []byte(f.GetContent())})
	}
	slices.SortFunc(files, byPath)
	return files, nil
}

// refusal is the fault that the plugins themselves would report.
func refusal(req *pluginpb.CodeGeneratorRequest, text string) error {
	text, _, _ = strings.Cut(text, "\n")
	return &Fault{File: req.GetFileToGenerate()[0], Problem: text, Remedy: "change the file so that Go can be made of it"}
}
