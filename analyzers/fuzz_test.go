package analyzers_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzSuite changes programs that use the APIs, and has the whole suite look at those whose
// types are whole: no panic, no finding outside the file, and no fix that breaks the program.
// Of the second argument each four bytes are a change: what to do, where, and with what.
func FuzzSuite(f *testing.F) {
	for _, dir := range []string{".", "../internal/vetscore/cases"} {
		err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(name) != ".go" || dir == "." && !strings.Contains(name, "testdata/src") {
				return err
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			f.Add(string(text), []byte{})
			f.Add(string(text), []byte{1, 2, 3, 4, 2, 30, 3, 9, 4, 50, 5, 7, 3, 77, 1, 1})
			return nil
		})
		if err != nil {
			f.Fatal(err)
		}
	}
	w := mustStub(f)
	f.Fuzz(func(t *testing.T, source string, changes []byte) {
		if len(source) > 20000 {
			return
		}
		text := mutate([]byte(source), changes)
		u, err := w.check("fuzz", map[string][]byte{"fuzz.go": text})
		if u != nil {
			defer u.close()
		}
		if err != nil {
			return
		}
		r := w.run(u, w.suite)
		if r.err != nil {
			t.Fatalf("%v\n%s", r.err, text)
		}
		if err := w.prove(u, r.found[:min(len(r.found), 20)]); err != nil {
			t.Fatal(err)
		}
	})
}

// part is a piece of a source that another of its kind can stand for.
type part struct {
	start, end int
	stmt       bool
}

// mutate makes at most eight changes to a source that can be parsed.
func mutate(text []byte, changes []byte) []byte {
	for n := 0; len(changes) >= 4 && n < 8; n++ {
		parts := partsOf(text)
		if len(parts) == 0 {
			return text
		}
		p := parts[(int(changes[1])<<4+int(changes[2]))%len(parts)]
		q := parts[(int(changes[3])<<4+int(changes[1]))%len(parts)]
		old, other := text[p.start:p.end], text[q.start:q.end]
		var changed []byte
		switch {
		case p.stmt:
			changed = changeStmt(changes[0], old, other, q.stmt)
		case q.stmt:
			changed = old
		default:
			changed = changeExpr(changes[0], old, other)
		}
		next := bytes.Join([][]byte{text[:p.start], changed, text[p.end:]}, nil)
		if len(next) < 40000 {
			text = next
		}
		changes = changes[4:]
	}
	return text
}

func changeStmt(how byte, old, other []byte, isStmt bool) []byte {
	join := func(parts ...string) []byte { return []byte(strings.Join(parts, "")) }
	s, o := string(old), string(other)
	if !isStmt {
		o = "_ = " + o
	}
	switch how % 14 {
	case 0:
		return []byte("")
	case 1:
		return join(s, "; ", s)
	case 2:
		return join(o, "; ", s)
	case 3:
		return join(s, "; ", o)
	case 4:
		return []byte(o)
	case 5:
		return join("if len(\"x\") > 0 { ", s, " }")
	case 6:
		return join("for { ", s, "; break }")
	case 7:
		return join("func() { ", s, " }()")
	case 8:
		return join("defer func() { ", s, " }()")
	case 9:
		return join("go func() { ", s, " }()")
	case 10:
		return join("switch { case len(\"y\") == 1: ", s, "; fallthrough; default: ", o, " }")
	case 11:
		return join("select { default: ", s, " }")
	case 12:
		return join("{ ", s, "; goto l; l: ", o, " }")
	}
	return join("for range 3 { if recover() != nil { continue }; ", s, " }")
}

func changeExpr(how byte, old, other []byte) []byte {
	switch how % 5 {
	case 0:
		return []byte("(" + string(old) + ")")
	case 1:
		return []byte("nil")
	case 2:
		return []byte("any(" + string(old) + ")")
	case 3:
		return []byte("*new(" + string(other) + ")")
	}
	return other
}

// partsOf returns the statements of a source and the expressions in them, in order.
func partsOf(text []byte) []part {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	file := fset.File(f.FileStart)
	var list []part
	ast.Inspect(f, func(n ast.Node) bool {
		_, stmt := n.(ast.Stmt)
		_, expr := n.(ast.Expr)
		if _, isBlock := n.(*ast.BlockStmt); isBlock || !stmt && !expr || int(n.End()) > file.Base()+file.Size() {
			return true
		}
		list = append(list, part{file.Offset(n.Pos()), file.Offset(n.End()), stmt})
		return true
	})
	return list
}
