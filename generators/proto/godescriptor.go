package proto

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// maxGo bounds a .pb.go that a descriptor is taken from. The largest known has some 5 MB.
const maxGo = 32 << 20

// readBounded reads a file that is not monstrous.
func readBounded(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case info.Size() > maxGo:
		return nil, fmt.Errorf("it has %d bytes, more than %d", info.Size(), maxGo)
	}
	return os.ReadFile(name)
}

// descriptorIn returns the descriptor that protoc-gen-go wrote into Go, nil when there is none.
// Releases before v1.36 write it as a list of bytes, later ones as text.
func descriptorIn(text []byte) *descriptorpb.FileDescriptorProto {
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	for _, d := range file.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range decl.Specs {
			v, ok := spec.(*ast.ValueSpec)
			if !ok || len(v.Names) != 1 || len(v.Values) != 1 || !strings.HasSuffix(v.Names[0].Name, "_rawDesc") {
				continue
			}
			f := new(descriptorpb.FileDescriptorProto)
			if raw := rawBytes(v.Values[0]); len(raw) > 0 && proto.Unmarshal(raw, f) == nil {
				return f
			}
		}
	}
	return nil
}

// rawBytes is the value of an expression: strings added up, or a list of bytes.
func rawBytes(e ast.Expr) []byte {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return rawBytes(e.X)
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		if err != nil || e.Kind != token.STRING {
			return nil
		}
		return []byte(text)
	case *ast.BinaryExpr:
		return sum(e)
	case *ast.CompositeLit:
		return byteList(e)
	case *ast.CallExpr: // string([]byte{…})
		if len(e.Args) == 1 {
			return rawBytes(e.Args[0])
		}
	}
	return nil
}

// sum adds strings up, the left side without recursion: it has thousands.
func sum(e *ast.BinaryExpr) []byte {
	var right []ast.Expr
	left := ast.Expr(e)
	for {
		b, ok := left.(*ast.BinaryExpr)
		if !ok || b.Op != token.ADD {
			break
		}
		right = append(right, b.Y)
		left = b.X
	}
	raw := rawBytes(left)
	for i := len(right) - 1; i >= 0; i-- {
		raw = append(raw, rawBytes(right[i])...)
	}
	return raw
}

func byteList(e *ast.CompositeLit) []byte {
	raw := make([]byte, 0, len(e.Elts))
	for _, x := range e.Elts {
		lit, ok := x.(*ast.BasicLit)
		if !ok {
			return nil
		}
		b, err := strconv.ParseUint(lit.Value, 0, 8)
		if err != nil {
			return nil
		}
		raw = append(raw, byte(b))
	}
	return raw
}
