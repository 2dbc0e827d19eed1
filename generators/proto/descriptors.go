package proto

import (
	"io/fs"
	"slices"

	"google.golang.org/protobuf/types/descriptorpb"
)

// Descriptors compiles the named files of src and returns them with all that they import, what
// is imported first. Names and faults are those of Generate, but no go_package is needed.
func Descriptors(src fs.FS, names ...string) (set *descriptorpb.FileDescriptorSet, err error) {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	if len(names) == 0 {
		return &descriptorpb.FileDescriptorSet{}, nil
	}
	defer guard(names[0], &err)
	files, err := newCompiler(reader(src)).compile(names)
	if err != nil {
		return nil, err
	}
	return &descriptorpb.FileDescriptorSet{File: files}, nil
}
