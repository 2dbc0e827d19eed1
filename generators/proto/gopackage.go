package proto

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

const noGoPackage = "it has no go_package"

// checkPackages refuses files without a go_package, and named ones whose go_package is not
// the import path of their folder: the Go would lie elsewhere than others look for it.
func checkPackages(req *pluginpb.CodeGeneratorRequest, o job) error {
	var faults []*Fault
	for _, f := range req.GetProtoFile() {
		dir := path.Dir(f.GetName())
		want := path.Join(o.Base, dir)
		isNamed := slices.Contains(req.GetFileToGenerate(), f.GetName())
		got, _, _ := strings.Cut(cmp.Or(o.mapped[f.GetName()], f.GetOptions().GetGoPackage()), ";")
		fault := goPackageFault(f)
		switch {
		case got == "" && (o.Base == "" || !isNamed):
			fault.Problem = noGoPackage
			fault.Remedy = "say with option go_package which Go package it becomes part of"
		case got == "":
			fault.Problem = noGoPackage
			fault.Remedy = fmt.Sprintf("write option go_package = %q;", want)
		case o.Base != "" && isNamed && got != want:
			fault.Problem = fmt.Sprintf("go_package is %q, but the module and the folder make it %q", got, want)
			fault.Remedy = "write that in option go_package, or move the file"
		default:
			continue
		}
		faults = append(faults, fault)
	}
	return join(faults)
}

// goPackageFault is a fault at the go_package of a file, or at its first line.
func goPackageFault(f *descriptorpb.FileDescriptorProto) *Fault {
	const optionsField, goPackageField = 8, 11 // of FileDescriptorProto and FileOptions
	for _, l := range f.GetSourceCodeInfo().GetLocation() {
		if slices.Equal(l.GetPath(), []int32{optionsField, goPackageField}) && len(l.GetSpan()) > 1 {
			return &Fault{File: f.GetName(), Line: int(l.Span[0]) + 1, Column: int(l.Span[1]) + 1}
		}
	}
	return &Fault{File: f.GetName(), Line: 1, Column: 1}
}
