package proto

import (
	"slices"
	"testing"
	"testing/fstest"
)

// Descriptors come with what they import, before it, and need no go_package.
func TestDescriptors(t *testing.T) {
	src := fstest.MapFS{
		"a/a.proto": {Data: []byte("syntax = \"proto3\";\npackage a;\nimport \"b.proto\";\nimport \"google/protobuf/empty.proto\";\nmessage A { b.B b = 1; google.protobuf.Empty none = 2; }\n")},
		"b.proto":   {Data: []byte("syntax = \"proto3\";\npackage b;\nmessage B {}\n")},
	}
	set, err := Descriptors(src, "a/a.proto")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range set.GetFile() {
		got = append(got, f.GetName())
	}
	if want := []string{"b.proto", "google/protobuf/empty.proto", "a/a.proto"}; !slices.Equal(want, got) {
		t.Errorf("want %v, got %v", want, got)
	}
	if set, err := Descriptors(src); err != nil || len(set.GetFile()) > 0 {
		t.Errorf("no names: got %v, %v", set, err)
	}
	if _, err := Descriptors(src, "none.proto"); len(Faults(err)) != 1 {
		t.Errorf("a file that is not there: got %v", err)
	}
}
