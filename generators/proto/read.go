package proto

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/gofeaturespb"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/apipb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/sourcecontextpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/typepb"
	"google.golang.org/protobuf/types/known/wrapperspb"
	"google.golang.org/protobuf/types/pluginpb"
)

// standard returns a file that comes with protoc or with gRPC, nil for any other name.
// Those of Google's that are for other languages have no go_package, so that the plugins
// refuse what imports them.
func standard(name string) protoreflect.FileDescriptor {
	switch name {
	case "google/protobuf/any.proto":
		return anypb.File_google_protobuf_any_proto
	case "google/protobuf/api.proto":
		return apipb.File_google_protobuf_api_proto
	case "google/protobuf/compiler/plugin.proto":
		return pluginpb.File_google_protobuf_compiler_plugin_proto
	case "google/protobuf/descriptor.proto":
		return descriptorpb.File_google_protobuf_descriptor_proto
	case "google/protobuf/duration.proto":
		return durationpb.File_google_protobuf_duration_proto
	case "google/protobuf/empty.proto":
		return emptypb.File_google_protobuf_empty_proto
	case "google/protobuf/field_mask.proto":
		return fieldmaskpb.File_google_protobuf_field_mask_proto
	case "google/protobuf/go_features.proto":
		return gofeaturespb.File_google_protobuf_go_features_proto
	case "google/protobuf/source_context.proto":
		return sourcecontextpb.File_google_protobuf_source_context_proto
	case "google/protobuf/struct.proto":
		return structpb.File_google_protobuf_struct_proto
	case "google/protobuf/timestamp.proto":
		return timestamppb.File_google_protobuf_timestamp_proto
	case "google/protobuf/type.proto":
		return typepb.File_google_protobuf_type_proto
	case "google/protobuf/wrappers.proto":
		return wrapperspb.File_google_protobuf_wrappers_proto
	case "google/rpc/status.proto":
		return status.File_google_rpc_status_proto
	}
	return nil
}

// Bounds of one file. The largest of Google's own has some 500 KB; protoc nests 32 deep.
const (
	maxSize  = 4 << 20
	maxDepth = 64
	maxName  = 1000 // with the dots in it
)

// reader reads regular files of src, up to a size that no source has.
func reader(src fs.FS) finder {
	return func(name string) (source, error) {
		text, err := read(src, name)
		return source{text: text}, err
	}
}

// errNoFile says that there is no file of a name.
var errNoFile = errors.New("there is no such file")

func read(src fs.FS, name string) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, errors.New("it is no path below the root of the sources")
	}
	info, err := fs.Stat(src, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errNoFile
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file")
	case info.Size() > maxSize:
		return nil, fmt.Errorf("it has %d bytes, more than %d", info.Size(), maxSize)
	}
	return fs.ReadFile(src, name)
}

// checkText refuses what the compiler cannot read, or not in the memory that there is.
func checkText(name string, text []byte) *Fault {
	if !utf8.Valid(text) {
		valid := 0
		for valid < len(text) {
			r, size := utf8.DecodeRune(text[valid:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			valid += size
		}
		return &Fault{
			File: name, Line: 1 + bytes.Count(text[:valid], []byte("\n")), Column: valid - bytes.LastIndexByte(text[:valid], '\n'),
			Problem: "it is not in UTF-8", Remedy: "save it in that encoding",
		}
	}
	return checkNames(name, text)
}

// checkNames refuses what is nested so deeply, or named so long, that the compiler would need
// more memory than there is: it recurses, and builds a name of every name around a name.
func checkNames(file string, text []byte) *Fault {
	depth, line, length := 0, 1, 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '.' || c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' {
			if length++; length > maxName {
				return &Fault{
					File: file, Line: line, Column: 1, Problem: fmt.Sprintf("a name in it has more than %d characters", maxName),
					Remedy: "give it a shorter one",
				}
			}
			continue
		}
		length = 0
		switch c {
		case '\n':
			line++
		case '"', '\'':
			i = endOfString(text, i)
		case '/':
			end := endOfComment(text, i)
			line += bytes.Count(text[i:end], []byte("\n"))
			i = end
		case '{', '[', '<', '(':
			if depth++; depth > maxDepth {
				return &Fault{
					File: file, Line: line, Column: 1, Problem: fmt.Sprintf("it is nested more than %d deep", maxDepth),
					Remedy: "declare what is inside on its own",
				}
			}
		case '}', ']', '>', ')':
			depth = max(depth-1, 0)
		}
	}
	return nil
}

// endOfString returns where the literal that starts at i has its last byte; it ends with its
// line at the latest.
func endOfString(text []byte, i int) int {
	quote := text[i]
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case quote:
			return i
		case '\n':
			return i - 1
		}
	}
	return len(text) - 1
}

// endOfComment returns where the comment that starts at i has its last byte, or i when none
// starts there.
func endOfComment(text []byte, i int) int {
	if i+1 == len(text) {
		return i
	}
	switch text[i+1] {
	case '/':
		if n := bytes.IndexByte(text[i:], '\n'); n >= 0 {
			return i + n - 1
		}
		return len(text) - 1
	case '*':
		if n := bytes.Index(text[i+2:], []byte("*/")); n >= 0 {
			return i + 2 + n + 1
		}
		return len(text) - 1
	}
	return i
}
