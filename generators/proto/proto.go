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
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	gengo "google.golang.org/protobuf/cmd/protoc-gen-go/internal_gengo"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"

	"google.golang.org/protobuf/reflect/protoregistry"
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
	return generate(reader(src), o, names)
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

// finder returns the content of a file by its path from the root of the sources.
type finder func(name string) ([]byte, error)

// generate is Generate for sorted names.
func generate(find finder, o Options, names []string) (files []tree.File, err error) {
	if len(names) == 0 {
		return nil, nil
	}
	defer guard(names[0], &err)
	req, err := request(find, names)
	if err != nil {
		return nil, err
	}
	if err := checkPackages(req, o); err != nil {
		return nil, err
	}
	return run(req, o)
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
func request(find finder, names []string) (*pluginpb.CodeGeneratorRequest, error) {
	files, err := compile(find, names)
	if err != nil {
		return nil, err
	}
	req := &pluginpb.CodeGeneratorRequest{
		Parameter: new("paths=source_relative"), FileToGenerate: names, ProtoFile: files,
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
func run(req *pluginpb.CodeGeneratorRequest, o Options) ([]tree.File, error) {
	gen, err := protogen.Options{}.New(req)
	if err != nil {
		return nil, plugin(req, err.Error())
	}
	for _, f := range gen.Files {
		if !f.Generate {
			continue
		}
		if o.Package != "" && string(f.GoPackageName) != o.Package {
			fault := goPackageFault(f.Proto)
			fault.Problem = fmt.Sprintf("go_package makes it package %s, but the Go of its folder is package %s", f.GoPackageName, o.Package)
			fault.Remedy = fmt.Sprintf("write option go_package = %q;", string(f.GoImportPath)+";"+o.Package)
			return nil, fault
		}
		gengo.GenerateFile(gen, f)
		generateServices(gen, f)
	}
	gen.SupportedFeatures = gengo.SupportedFeatures
	gen.SupportedEditionsMinimum = gengo.SupportedEditionsMinimum
	gen.SupportedEditionsMaximum = gengo.SupportedEditionsMaximum
	made := gen.Response()
	if made.Error != nil {
		return nil, plugin(req, made.GetError())
	}
	var files []tree.File
	for _, f := range made.GetFile() {
		files = append(files, tree.File{Path: f.GetName(), Mode: 0o644, Owner: tree.Generated, Content: []byte(f.GetContent())})
	}
	slices.SortFunc(files, func(a, b tree.File) int { return cmp.Compare(a.Path, b.Path) })
	return files, nil
}

// plugin is the fault that the plugins themselves would report.
func plugin(req *pluginpb.CodeGeneratorRequest, text string) error {
	text, _, _ = strings.Cut(text, "\n")
	return &Fault{File: req.GetFileToGenerate()[0], Problem: text, Remedy: "change the file so that Go can be made of it"}
}
